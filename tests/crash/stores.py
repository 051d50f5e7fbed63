"""The stores that a broker can be tried with: their plugin table, their servers, and their lie."""

import pathlib
import shutil
import signal
import subprocess
import threading

from lib import quiet_port

READY_S = 20.0


class Store:
    """`plugin` is the [[plugin]] table, `environment` what the broker is started with. A store without a server of
    its own does nothing in start(), kill() and stop(). With `canary` it acknowledges what it has not kept, which the
    harness must find."""

    failpoints = ()
    has_server = False
    budget = 1000
    window = 16

    def __init__(self, folder, canary=False):
        self.folder = pathlib.Path(folder)
        self.canary = canary
        self.environment = {"GRAPNEL_STORE_CANARY": "1"} if canary else {}

    def start(self):
        """Ready when this returns."""

    def kill(self):
        """SIGKILL."""

    def stop(self):
        """At the end of a trial."""

    def remember(self):
        """Called in the middle of the load."""

    def after_kill(self):
        """Called when the broker is dead."""


class MemoryStore(Store):
    """The test plugin, which writes all it holds at every commit: so little load. Its canary is the harness: it puts
    an older state back."""

    budget = 100
    window = 8

    @property
    def plugin(self):
        return {"name": "memory_store", "config": {"file": str(self.folder / "store"), "defer": True}}

    def remember(self):
        if self.canary and (self.folder / "store").exists():
            shutil.copy(self.folder / "store", self.folder / "store.old")

    def after_kill(self):
        if self.canary and (self.folder / "store.old").exists():
            shutil.copy(self.folder / "store.old", self.folder / "store")


class RocksdbStore(Store):
    failpoints = ("before-write", "after-write", "after-sync", "after-complete")

    @property
    def plugin(self):
        return {"name": "rocksdb-store", "config": {"path": str(self.folder / "rocksdb")}}


class RedisStore(Store):
    """A redis-server that writes and syncs every command before it answers. It is killed, too. What waits behind a
    long queue counts as late on a busy machine: so less load."""

    failpoints = ("before-write", "after-write", "after-complete")
    has_server = True
    budget = 1000
    window = 8
    _process = None

    def __init__(self, folder, canary=False):
        super().__init__(folder, canary)
        self._port = quiet_port()

    @property
    def plugin(self):
        return {"name": "redis-store", "config": {"address": f"127.0.0.1:{self._port}"}}

    def start(self):
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self.folder),
             "--appendonly", "yes", "--appendfsync", "always", "--save", ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ready = threading.Event()
        threading.Thread(target=self._read_log, args=(self._process.stdout, ready), daemon=True).start()
        if not ready.wait(READY_S) or self._process.poll() is not None:
            raise RuntimeError(f"redis-server did not start: see {self.folder / 'redis.log'}")

    def _read_log(self, lines, ready):
        with open(self.folder / "redis.log", "a", encoding="utf-8") as log:
            for line in lines:
                log.write(line)
                log.flush()
                if "Ready to accept connections" in line:
                    ready.set()
        ready.set()

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self):
        if self._process is not None:
            self.kill()


STORES = {"memory": MemoryStore, "rocksdb": RocksdbStore, "redis": RedisStore}
