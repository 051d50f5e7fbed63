"""Brokers to be measured. Each runs in a folder of its own while its context is open: `with broker.running(cpus) as
running` gives running.port and running.pid."""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time

from machine import Places

START_S = 15.0
STOP_S = 10.0

GRAPNEL = """\
[broker]
workers = {workers}
data_dir = "{folder}/data"
[log]
format = "json"
[plugins]
search = ["{build}/plugins", "{build}/tests/plugins"]
[[listener]]
id = "tcp"
type = "tcp"
address = "127.0.0.1:0"
[[plugin]]
name = "auth-ledger"
[plugin.config]
default = "allow"
[[plugin.config.auth]]
allow = true
"""
LIMITS = """\
[limits]
{limits}
"""
RULE = """\
[[plugin.config.acl]]
filters = [{{ filter = "elsewhere/{number}/#", access = "read" }}]
"""
STORE = """\
[[plugin]]
name = "rocksdb-store"
defer_timeout = "30s"
[plugin.config]
sync = "{sync}"
"""
PLUGIN = """\
[[plugin]]
name = "{name}"
{settings}
"""

# Nothing is kept on disk, and nothing that a client is to get is thrown away.
MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 0
log_type error
"""


class StartError(Exception):
    """A broker that does not start, with what it said."""


@dataclasses.dataclass
class Running:
    port: int
    pid: int


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A broker that is a single process. `command` and `port` say how it is started and where it listens."""

    name = "broker"

    def command(self, folder):
        """The words to start it with; what it needs is written into the folder."""
        raise NotImplementedError

    def port(self, log):
        """Where it listens, once its log or a look at the port says so; else None."""
        raise NotImplementedError

    def can(self, scenario):
        """Does it know what the scenario asks of it?"""
        return True

    @contextlib.contextmanager
    def running(self, cpus=None):
        with tempfile.TemporaryDirectory(prefix="grapnel-bench-") as name:
            folder = pathlib.Path(name)
            log = folder / "log"
            command = self.command(folder)
            with log.open("wb") as output:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder,
                                           preexec_fn=Places.pin(cpus))
            try:
                yield Running(self.wait(process, log), process.pid)
            finally:
                stop(process)

    def wait(self, process, log):
        end = time.monotonic() + START_S
        while process.poll() is None and time.monotonic() < end:
            port = self.port(log.read_text(errors="replace"))
            if port and answers(port):
                return port
            time.sleep(0.02)
        raise StartError(f"{self.name} does not start: {log.read_text(errors='replace').strip()}")


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def stop(process):
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Grapnel(Broker):
    """The broker of a build folder, with the ledger and one rule that lets everybody in. `rules` more are walked in
    vain for every topic; `plugins` are loaded behind the ledger, `first` before it; `limits` are keys of that table;
    `sync` is that of a store, in the broker's folder: without it nothing is stored."""

    def __init__(self, build, workers=1, rules=0, plugins=(), limits=None, name="grapnel", sync=None, first=()):
        self.name, self.build, self.plugins, self.limits = name, build, plugins, limits or {}
        self.workers, self.rules, self.sync, self.first = workers, rules, sync, first

    def command(self, folder):
        config = folder / "grapnel.toml"
        text = GRAPNEL.format(folder=folder, build=self.build, workers=self.workers)
        text += "".join(RULE.format(number=number) for number in range(self.rules))
        text += STORE.format(sync=self.sync) if self.sync else ""
        text += "".join(PLUGIN.format(name=name, settings="") for name in self.plugins)
        text += "".join(PLUGIN.format(name=name, settings="order = 10") for name in self.first)
        if self.limits:
            text += LIMITS.format(limits="\n".join(f"{key} = {value}" for key, value in self.limits.items()))
        config.write_text(text)
        return [str(self.build / "broker" / "grapnel"), "run", "--config", str(config)]

    def port(self, log):
        found = re.search(r'"address":"127\.0\.0\.1:(\d+)"', log)
        return int(found.group(1)) if found and '"message":"ready"' in log else None


class Peer(Broker):
    """Another broker, started by a command that has {port} in it."""

    def __init__(self, name, words):
        self.name, self.words, self.chosen_port = name, words, None

    def command(self, folder):
        self.chosen_port = free_port()
        return shlex.split(self.words.replace("{port}", str(self.chosen_port)))

    def port(self, log):
        return self.chosen_port


class Floor(Peer):
    """A relay that copies messages of QoS 0 and is nothing else."""

    def __init__(self, build):
        super().__init__("floor", f"{shlex.quote(str(build / 'tests' / 'bench' / 'relay'))} {{port}}")

    def can(self, scenario):
        return scenario.mode in ("throughput", "latency", "connections") and scenario.options.get("qos", 0) == 0


class Mosquitto(Broker):
    name = "mosquitto"

    def __init__(self):
        self.program = shutil.which("mosquitto", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
        self.chosen_port = None

    def command(self, folder):
        self.chosen_port = free_port()
        config = folder / "mosquitto.conf"
        config.write_text(MOSQUITTO.format(port=self.chosen_port))
        return [self.program, "-c", str(config)]

    def port(self, log):
        return self.chosen_port


def peer_of(text):
    """The broker that --peer names: `mosquitto`, or NAME=COMMAND, as a type of argparse."""
    if text == "mosquitto":
        broker = Mosquitto()
        if broker.program is None:
            raise argparse.ArgumentTypeError("mosquitto is not installed (Debian's package: mosquitto)")
        return broker
    name, _, command = text.partition("=")
    if not name or "{port}" not in command:
        raise argparse.ArgumentTypeError("wanted is mosquitto, or NAME=COMMAND with {port} in the command")
    return Peer(name, command)
