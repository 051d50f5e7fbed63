"""What the tests of `grapnel store` share: a store that outlives its brokers, and the command on it."""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from lib import Broker, allow_all, connect, packets as p, scaled
from lib.broker import build_dir

FOREVER = {"session_expiry_interval": 0xFFFFFFFF}


def export_of(*records):
    """Whole, of these."""
    kinds = ("client", "subscription", "outbound", "inbound", "body", "retained", "sysinfo")
    end = {"end": {kind: sum(record["kind"] == kind for record in records) for kind in kinds}}
    return '{"grapnel-store":2}\n' + "".join(json.dumps(each) + "\n" for each in (*records, end))


def leave_session(broker, name, *filters, qos=1):
    """A session that lasts for ever and has these subscriptions; its client is away."""
    client = connect(broker, name, clean=False, properties=FOREVER)
    client.subscribe(*filters, qos=qos)
    client.disconnect()


class KeptStore:
    """A folder with a RocksDB database, seen through the configuration that its brokers have too."""

    def __init__(self, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-store-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.settings = settings
        self.config_path = self.folder / "grapnel.toml"
        self.config_path.write_text(self.broker().config_text())

    @property
    def database(self):
        return self.folder / "data" / "rocksdb"

    def broker(self, **limits):
        return Broker(limits=limits, plugins=[{"name": "rocksdb-store", "config": self.settings}, allow_all()],
                      broker={"data_dir": str(self.folder / "data")})

    def run(self, *words, options=(), binary=False, environment=None):
        """A CompletedProcess of `grapnel store WORDS`."""
        return subprocess.run([build_dir() / "broker" / "grapnel", "store", "--config", self.config_path, *options,
                               *words], capture_output=True, text=not binary, timeout=scaled(30), check=False,
                              stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})

    def tool(self, *words, status=0, errors=""):
        """What `grapnel store WORDS` prints; it ends with this status and says no more than this on errors."""
        done = self.run(*words)
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        assert errors in done.stderr if errors else not done.stderr, (words, done.stderr)
        return done.stdout

    def lines(self, *words):
        return [json.loads(line) for line in self.tool(*words).splitlines()]

    def records(self, kind):
        """Those of the database that are of this kind."""
        return [record for record in self.lines("export") if record.get("kind") == kind]

    def fill(self, kill=False):
        """A session of each sort: one with a queue, one with a message in flight, one with a will; two topics that
        are retained. The store is as the broker left it: stopped, or killed."""
        broker = self.broker().start()
        sleeper = connect(broker, "sleeper", clean=False, properties=FOREVER, session=False)
        sleeper.subscribe("news/+", qos=1)
        sleeper.subscribe("$share/g/work", qos=2, properties={"subscription_identifier": [7]})
        busy = connect(broker, "busy", clean=False, properties=FOREVER, session=False)
        busy.subscribe("news/#", qos=1)
        watched = connect(broker, "watched", clean=False, properties={"session_expiry_interval": 7200}, session=False,
                          will=p.will("last/words", b"gone", qos=1, properties={"will_delay_interval": 3600}))
        watched.ping()
        sleeper.close()
        publisher = connect(broker, "publisher")
        for number in range(5):
            publisher.publish(f"news/{number}", b"x" * 300 * (number + 1), qos=1)
        publisher.publish("state/on", b"\x00\xff", qos=1, retain=True)
        publisher.publish("state/soon", b"text", qos=1, retain=True, properties={"message_expiry_interval": 3600})
        for _ in range(5):
            busy.expect("PUBLISH")
        if kill:
            broker.kill()
        else:
            broker.stop()
        return self
