"""What the tests of `grapnel ctl` share: the command, with a server to ask."""

import contextlib
import os
import pty
import signal
import subprocess
import sys

import run
from fake_admin import TOKEN
from run import equal

sys.path.insert(0, str(run.ROOT / "tests" / "broker"))
from lib.client import scaled

WAIT_S = scaled(30)


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPNEL_U")}
    return {**kept, "TZ": "UTC", "GRAPNEL_TOKEN": TOKEN, **more}


def command(*arguments):
    return [str(run.build / "broker" / "grapnel"), "ctl", *arguments]


def ctl(admin, *arguments, stdin=b"", **more):
    """(exit status, standard output, standard error) of a command that asks this server, or the one at this URL."""
    url = {"GRAPNEL_URL": admin if isinstance(admin, str) else admin.url} if admin else {}
    done = subprocess.run(command(*arguments), input=stdin, capture_output=True, timeout=WAIT_S,
                          env=environment(**url, **more))
    return done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="replace")


def succeeds(*arguments, **more):
    """What it prints."""
    status, output, errors = ctl(*arguments, **more)
    equal((status, errors), (0, ""))
    return output


def fails(*arguments, status=1, **more):
    """The one line that it says."""
    found, output, errors = ctl(*arguments, **more)
    equal((found, output), (status, ""))
    assert errors.startswith("grapnel: ") and errors.count("\n") == 1 and errors.endswith("\n"), errors
    return errors


def on_terminal(admin, *arguments, **more):
    """What a command writes on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command(*arguments), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                               env=environment(GRAPNEL_URL=admin.url, **more))
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    process.wait(WAIT_S)
    return shown.decode().replace("\r\n", "\n")


class Following:
    """A command that goes on: its lines, and its end."""

    def __init__(self, admin, *arguments):
        self.process = subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment(GRAPNEL_URL=admin.url), text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def line(self):
        return self.process.stdout.readline()

    def end(self, number=signal.SIGINT):
        """(exit status, standard error) after the signal."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, errors
