"""Starts, watches and stops one broker process under test."""

import atexit
import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from .client import connect, over_websocket, scaled

READY_S = 20.0
STOP_S = 10.0
REPORT_LINES = 80
SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|assert", re.I)


def build_dir():
    default = pathlib.Path(__file__).resolve().parents[3] / "build"
    return pathlib.Path(os.environ.get("GRAPNEL_BUILD", default)).resolve()


def program():
    """The broker under test: that of the build, unless a runner was told another."""
    return os.environ.get("GRAPNEL_TEST_PROGRAM") or str(build_dir() / "broker" / "grapnel")


def search_folders():
    """Where plugins are looked for; a runner may put a folder first."""
    folders = [build_dir() / each for each in ("plugins", "tests/plugins", "sdk/examples")]
    return [folder for folder in [os.environ.get("GRAPNEL_TEST_PLUGINS"), *map(str, folders)] if folder]


def default_workers():
    return int(os.environ.get("GRAPNEL_TEST_WORKERS", "1"))


def ledger(**config):
    """An auth-ledger [[plugin]] table with this inline config."""
    return {"name": "auth-ledger", "config": config}


def allow_all():
    return ledger(default="allow", auth=[{"allow": True}])


@functools.lru_cache
def hashed(password):
    """The password as the ledger wants it: what `grapnel passwd` prints."""
    done = subprocess.run([str(build_dir() / "broker" / "grapnel"), "passwd"], input=password + "\n", text=True,
                          capture_output=True, timeout=scaled(READY_S), check=True)
    return done.stdout.strip().splitlines()[-1].split()[-1]


# ---- TOML -----------------------------------------------------------------------------------------------


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False)


def toml(tree):
    """A dict as TOML text; nested tables are written inline, so that order is kept."""
    lines = []
    for key, value in tree.items():
        if not isinstance(value, (dict, list)) or (isinstance(value, list) and not _is_tables(value)):
            lines.append(f"{key} = {_value(value)}")
    for key, value in tree.items():
        tables = value if isinstance(value, list) and _is_tables(value) else [value] if isinstance(value, dict) else []
        for table in tables:
            lines.append("")
            lines.append(f"[[{key}]]" if isinstance(value, list) else f"[{key}]")
            lines += [f"{name} = {_value(each)}" for name, each in table.items()]
    return "\n".join(lines) + "\n"


def _is_tables(value):
    return bool(value) and all(isinstance(each, dict) for each in value)


# ---- the broker -----------------------------------------------------------------------------------------


class Broker:
    """A running broker; use as a context manager, or start() and stop().

    Arguments are tables of the config: limits, compatibility, broker, log, plugins (list of [[plugin]] tables;
    default allow all), listeners (list of [[listener]] tables; default one tcp listener "tcp"; the address
    defaults to port 0), top (keys at the top level, for instance include). `text` replaces the whole config.
    `folder` is the temporary directory that also holds grapnel.toml; files put there before start() are found
    by relative paths of the config.
    """

    def __init__(self, workers=None, limits=None, compatibility=None, broker=None, log=None, plugins=None,
                 listeners=None, top=None, text=None, environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-test-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.workers = workers or default_workers()
        self.arguments = {"limits": limits, "compatibility": compatibility, "broker": broker, "log": log,
                          "plugins": plugins, "listeners": listeners, "top": top, "text": text}
        self.environment = environment or {}
        self.wrapper = []  # a command that becomes the broker, with descriptors that it gets
        self.pass_fds = ()
        self.process = None
        self.ports = {}
        self.port = None
        self.lines = []
        self.records = []
        self._changed = threading.Condition()
        self._reader = None
        self._ended = False

    # -- configuration --

    def config_text(self):
        given = self.arguments
        if given["text"] is not None:
            return given["text"]
        tree = dict(given["top"] or {})
        tree["broker"] = {"workers": self.workers, "data_dir": str(self.folder / "data"), **(given["broker"] or {})}
        tree["log"] = {"level": "info", "format": "json", **(given["log"] or {})}
        for table in ("limits", "compatibility"):
            if given[table]:
                tree[table] = given[table]
        tree["plugins"] = {"search": search_folders()}
        listeners = given["listeners"] if given["listeners"] is not None else [{"id": "tcp"}]
        if over_websocket() and all(each.get("type", "tcp") == "tcp" for each in listeners):
            listeners = [{**each, "type": "ws"} for each in listeners]
        tree["listener"] = [{"type": "tcp", "address": "127.0.0.1:0", **each} for each in listeners]
        tree["plugin"] = [allow_all()] if given["plugins"] is None else given["plugins"]
        if not tree["plugin"]:
            del tree["plugin"]
        return toml(tree)

    @property
    def config_path(self):
        return self.folder / "grapnel.toml"

    def write_config(self, **arguments):
        """Writes the config file again with these arguments changed; reload() makes the broker read it."""
        self.arguments.update(arguments)
        self.config_path.write_text(self.config_text())

    # -- life --

    def command(self, *arguments):
        """Runs `grapnel ARGUMENTS` to its end: a CompletedProcess with text output."""
        return subprocess.run([program(), *map(str, arguments)], capture_output=True, text=True,
                              timeout=scaled(READY_S), stdin=subprocess.DEVNULL, check=False)

    def start(self):
        """Starts and waits for "ready"; AssertionError with the log if it ends before."""
        self.launch()
        try:
            self.wait_record("ready", deadline_s=READY_S)
        except AssertionError as error:
            self._give_up(error)
            raise
        self.port = None
        for record in self.records:
            if record.get("message") == "listening":
                address = record["address"]
                if record["type"] == "unix":
                    port = address
                else:
                    port = int(re.search(r":(\d+)(/|$)", address).group(1))
                self.ports[record["listener"]] = port
                if self.port is None and record["type"] != "http":
                    self.port = port
        return self

    def launch(self):
        """Starts without waiting."""
        self.write_config()
        environment = dict(os.environ)
        environment.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
        environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
        environment.setdefault("TSAN_OPTIONS", "halt_on_error=0")
        environment.update(self.environment)
        self.process = subprocess.Popen(
            [*self.wrapper, program(), "run", "--config", str(self.config_path)], pass_fds=self.pass_fds,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
        self._ended = False
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    def _read_log(self):
        for raw_line in self.process.stderr:
            line = raw_line.decode("utf-8", "replace").rstrip("\n")
            record = {}
            if line.startswith("{"):
                try:
                    record = json.loads(line)
                except ValueError:
                    record = {"message": "", "unreadable": line}
            with self._changed:
                self.lines.append(line)
                self.records.append(record)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait_exit(self, deadline_s=STOP_S):
        """Waits for the process to end and its log to be read; returns the exit code."""
        code = self.process.wait(timeout=scaled(deadline_s))
        self._reader.join(timeout=scaled(5))
        return code

    def stop(self):
        """SIGTERM; the broker must end with 0, having logged no sanitizer report."""
        if self.process is None:
            return
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            try:
                code = self.wait_exit()
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the broker did not end after SIGTERM") from None
            self.check_sanitizers()
            assert code == 0, f"the broker ended with {code}"
        finally:
            self.process = None
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """SIGKILL, and waits."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.wait_exit()

    def check_sanitizers(self):
        words = [line for line in self.lines if not line.startswith("{")]
        bad = [number for number, line in enumerate(words) if SANITIZER.search(line)]
        assert not bad, "report in the broker's log:\n" + "\n".join(words[bad[0]:][:REPORT_LINES])

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def reload(self):
        """SIGHUP; waits for the end of the reload. True if it was accepted, False if it failed."""
        mark = self.mark()
        self.process.send_signal(signal.SIGHUP)
        record = self.wait_record("reloaded", "reload failed", after=mark)
        return record["message"] == "reloaded"

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.stop()
        else:
            self._give_up(error)

    def _give_up(self, error):
        """Kills it; the error shows its log."""
        self.kill()
        error.add_note("broker log:\n" + self.log_tail())

    # -- log --

    def mark(self):
        """The present end of the log, for wait_record(after=…)."""
        with self._changed:
            return len(self.records)

    def wait_record(self, *messages, after=0, deadline_s=20.0, **fields):
        """The first log record with one of these messages and with these fields."""
        limit = time.monotonic() + scaled(deadline_s)
        with self._changed:
            while True:
                for record in self.records[after:]:
                    if record.get("message") in messages and all(record.get(k) == v for k, v in fields.items()):
                        return record
                after = len(self.records)
                left = limit - time.monotonic()
                if self._ended or left <= 0:
                    raise AssertionError(f"no log record {messages} {fields or ''}"
                                         + (" before the broker ended" if self._ended else ""))
                self._changed.wait(left)

    def wait_line(self, text, deadline_s=READY_S):
        """The first log line that contains the text; for logs that are not JSON."""
        limit = time.monotonic() + scaled(deadline_s)
        with self._changed:
            while True:
                for line in self.lines:
                    if text in line:
                        return line
                left = limit - time.monotonic()
                if self._ended or left <= 0:
                    raise AssertionError(f"no log line with {text!r}")
                self._changed.wait(left)

    def log_text(self):
        with self._changed:
            return "\n".join(self.lines)

    def log_tail(self, count=40):
        with self._changed:
            return "\n".join(self.lines[-count:])

    # -- looking inside --

    def sys(self, topic):
        """The present (retained) value of $SYS/broker/TOPIC as text."""
        with_client = connect(self, f"sys-reader-{time.monotonic_ns()}")
        with_client.subscribe(f"$SYS/broker/{topic}")
        value = with_client.expect("PUBLISH", topic=f"$SYS/broker/{topic}").payload.decode()
        with_client.close()
        return value

    def wait_sys(self, topic, accept, deadline_s=20.0):
        """Follows $SYS/broker/TOPIC until accept(number) holds; returns that number."""
        follower = connect(self, f"sys-follower-{time.monotonic_ns()}")
        follower.subscribe(f"$SYS/broker/{topic}")
        limit = time.monotonic() + scaled(deadline_s)
        value = None
        while time.monotonic() < limit:
            try:
                value = int(follower.next_packet(limit - time.monotonic()).payload)
            except TimeoutError:
                break
            if accept(value):
                follower.close()
                return value
        raise AssertionError(f"$SYS/broker/{topic} stays {value}")

    def memory_kb(self, name):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
        raise AssertionError(f"no {name}")

    def rss_kb(self):
        return self.memory_kb("VmRSS")

    def check_growth(self, before_kb, most_kb, at_peak=False):
        """Memory has grown by at most this since rss_kb() answered before_kb, or had at its peak. Sanitizers keep
        freed memory, so a build with one is not measured."""
        program = (build_dir() / "broker" / "grapnel").read_bytes()
        grown = self.memory_kb("VmHWM" if at_peak else "VmRSS") - before_kb
        assert grown <= most_kb or b"__asan_init" in program or b"__tsan_init" in program, f"{grown} kB more"


def check_serving(broker):
    """A round trip through the broker by new clients."""
    assert broker.alive(), "the broker is gone"
    client = connect(broker, f"check-{time.monotonic_ns()}")
    topic = f"check/{client.name}"
    client.subscribe(topic, qos=1)
    client.publish(topic, b"still there")
    client.receive(topic, b"still there")
    client.disconnect()

