"""A redis-server on a private free port or socket, what it holds, and brokers that keep their records in it."""

import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

from lib import Broker, allow_all, quiet_port, scaled

READY_S = 20.0


class Redis:
    """A server, in a folder that outlives it: start() after kill() or stop() is on the same data and port. Use as a
    context manager. `settings` are those of redis-server, with _ for -; unless told it syncs before it answers. With
    `unix` it listens on a socket in its folder instead."""

    def __init__(self, unix=False, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-redis-"))
        self.settings = {"appendonly": "yes", "appendfsync": "always", "save": "", **settings}
        self.port = 0 if unix else quiet_port()
        self.address = str(self.folder / "socket") if unix else f"127.0.0.1:{self.port}"
        if unix:
            self.settings["unixsocket"] = self.address
        self.password = settings.get("requirepass")
        self._process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        arguments = [word for name, value in self.settings.items() for word in ("--" + name.replace("_", "-"), value)]
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ready = threading.Event()
        lines = []
        threading.Thread(target=self._read_log, args=(self._process.stdout, ready, lines), daemon=True).start()
        assert ready.wait(scaled(READY_S)) and self._process.poll() is None, lines
        return self

    @staticmethod
    def _read_log(log, ready, lines):
        for line in log:
            lines.append(line)
            if "eady to accept connections" in line:
                ready.set()
        ready.set()

    def kill(self):
        """SIGKILL, and waits."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def pause(self):
        """It is there, and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def lose(self):
        """Removes what is on the disk; between kill() and start()."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
        for dump in self.folder.glob("*.rdb"):
            dump.unlink()

    def call(self, *words, database=0):
        """The answer to a command: bytes, a number, None, or a list of those. An error is an AssertionError."""
        with socket.socket(socket.AF_INET if self.port else socket.AF_UNIX) as link:
            link.settimeout(scaled(READY_S))
            link.connect(("127.0.0.1", self.port) if self.port else self.address)
            with link.makefile("rwb") as stream:
                if self.password:
                    self._ask(stream, "AUTH", self.password)
                self._ask(stream, "SELECT", str(database))
                return self._ask(stream, *words)

    def _ask(self, stream, *words):
        raw = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        stream.write(b"*%d\r\n" % len(raw) + b"".join(b"$%d\r\n%s\r\n" % (len(each), each) for each in raw))
        stream.flush()
        return self._answer(stream)

    def _answer(self, stream):
        line = stream.readline()
        kind, rest = line[:1], line[1:-2]
        assert kind and kind != b"-", line
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._answer(stream) for _ in range(int(rest))]
        return rest

    def keys(self, database=0):
        return sorted(self.call("KEYS", "*", database=database))

    # -- brokers on it --

    def plugin(self, **config):
        """The [[plugin]] table."""
        password = {"password": self.password} if self.password else {}
        return {"name": "redis-store", "config": {"address": self.address, **password, **config}}

    def broker(self, **config):
        return Broker(plugins=[self.plugin(**config), allow_all()])


def refused_start(plugin, **arguments):
    """What a broker says that does not start with this plugin."""
    broker = Broker(plugins=[plugin, allow_all()], **arguments)
    broker.launch()
    try:
        code = broker.wait_exit(READY_S)
        assert code != 0, "the broker started"
        return broker.log_text()
    finally:
        broker.kill()
        broker.process = None


def end(broker, kill=True):
    """The end of a broker, by SIGKILL or orderly."""
    if kill:
        broker.kill()
        broker.process = None
        shutil.rmtree(broker.folder, ignore_errors=True)
    else:
        broker.stop()
