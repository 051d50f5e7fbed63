"""A broker whose store lies on a medium that fails: see tests/crash/io_faults/io_faults.c."""

import pathlib
import shutil
import tempfile

from lib import Broker, allow_all, connect
from lib.broker import build_dir

KEEP = {"session_expiry_interval": 1000}
STORE = "rocksdb-store"
FAILS = "cannot write, and acknowledges nothing until it can: "


class Medium:
    """The folder of a database, over several lives of a broker. `store` is the store's configuration."""

    def __init__(self, **store):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-faults-")).resolve()
        self.database = self.folder / "rocksdb"
        self.watched = self.database  # what fails, and is told of when it is synced, lies here
        self.store = store
        self.fail("none")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def fail(self, fault):
        """What the control file says from now on, at once."""
        fresh = self.folder / "control.new"
        fresh.write_text(fault)
        fresh.rename(self.folder / "control")

    def broker(self, **arguments):
        store = {"name": STORE, "config": {"path": str(self.database), **self.store}}
        return Broker(plugins=[store, allow_all()], **arguments, environment=self.environment())

    def environment(self):
        """Of a process that has this medium."""
        return {"LD_PRELOAD": str(build_dir() / "tests" / "crash" / "io_faults.so"),
                "GRAPNEL_IO_FAULTS_DIR": str(self.watched),
                "GRAPNEL_IO_FAULTS_CONTROL": str(self.folder / "control"),
                "GRAPNEL_IO_FAULTS_SYNCED": str(self.folder / "synced")}

    def syncs(self, path):
        """How often this file or folder was synced."""
        inode = str(path.stat().st_ino)
        return sum(line.split()[0] == inode for line in (self.folder / "synced").read_text().splitlines())

    def lose_unsynced(self):
        """What an end of the machine may do: every file ends where it ended when it was last synced."""
        sizes = {}
        for line in (self.folder / "synced").read_text().splitlines():
            inode, size = map(int, line.split())
            sizes[inode] = max(size, sizes.get(inode, 0)) if size else 0
        lost = 0
        for path in self.database.iterdir():
            status = path.stat()
            keep = min(status.st_size, sizes.get(status.st_ino, 0))
            lost += status.st_size - keep
            with open(path, "r+b") as file:
                file.truncate(keep)
        return lost


def crash(broker):
    """SIGKILL; the folder of the broker goes, that of the medium stays."""
    broker.kill()
    broker.process = None
    shutil.rmtree(broker.folder, ignore_errors=True)


def fresh_subscriber(broker):
    """A session that lasts and is away, for all of t/."""
    client = connect(broker, "s", clean=False, properties=KEEP)
    client.subscribe("t/#", qos=1)
    client.disconnect()


def arrived(broker):
    """What the subscriber of fresh_subscriber() gets, in order, after its session was found."""
    client = connect(broker, "s", clean=False, properties=KEEP, session=True)
    connect(broker, "end").publish("t/end", b"end", qos=1)
    found = []
    while True:
        message = client.expect("PUBLISH")
        client.acknowledge(message)
        if message.payload == b"end":
            client.disconnect()
            return found
        found.append(message.payload.decode())
