"""rust-hello: a plugin in Rust is a plugin like any other."""
import pathlib
import subprocess
import tempfile

from examplelib import SOURCES, example, library, refused_start
from lib import Broker, allow_all, check_serving, connect, scaled

config = dict(plugins=[example("rust-hello", prefix="text/"), allow_all()], log={"level": "debug"})
LATIN = "grüße".encode("latin-1")


def test_publish(broker):
    broker.wait_record("hello from Rust", module="plugin/rust-hello")
    watcher = connect(broker, "w")
    watcher.subscribe("#", qos=1)
    client = connect(broker, "a")
    for topic, payload in (("text/a", "grüße".encode()), ("text/a", b""), ("other", LATIN)):
        client.publish(topic, payload, qos=1)
        watcher.receive(topic, payload, qos=1)
    for qos in (1, 2):
        ack = client.publish("text/a", LATIN, qos=qos, expect=0x99)
        assert ack.properties["reason_string"] == "the payload is not UTF-8", ack
    client.publish("text/a", LATIN)
    watcher.expect_nothing(after=client)
    broker.wait_record('not UTF-8: a payload on "text/a" from "a"', module="plugin/rust-hello")


def test_other_versions(broker):
    for version in (3, 4):
        client = connect(broker, "a", version=version)
        client.subscribe("text/#")
        client.publish("text/a", LATIN, qos=1)
        client.publish("text/a", b"x", qos=1)
        client.receive("text/a", b"x")


def test_many(broker):
    """From all loops at once."""
    watcher = connect(broker, "w")
    watcher.subscribe("text/#")
    clients = [connect(broker, f"c{number}") for number in range(8)]
    for _ in range(20):
        for client in clients:
            client.publish("text/a", LATIN)
            client.publish("text/a", b"x")
    for _ in range(20 * len(clients)):
        watcher.receive("text/a", b"x")
    check_serving(broker)


def test_settings():
    for given in ({}, {"prefix": 1}):
        refused_start(Broker(plugins=[example("rust-hello", **given), allow_all()]), "prefix must be a string")


def test_exports():
    """Every library has the one symbol."""
    for name in ("rust-hello", "scram", "webhook"):
        shown = subprocess.run(["nm", "-D", "--defined-only", library(name)], capture_output=True, text=True,
                               timeout=scaled(20), check=True).stdout
        symbols = [line.split()[-1] for line in shown.splitlines()]
        assert symbols == ["gn_plugin_entry"], (name, symbols)


def test_its_own_tests():
    """Those that are in the source."""
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        program = pathlib.Path(folder) / "tests"
        source = SOURCES / "rust-hello" / "rust_hello.rs"
        subprocess.run(["rustc", "--edition", "2021", "--test", source, "-o", program], timeout=scaled(60), check=True)
        done = subprocess.run([program], capture_output=True, text=True, timeout=scaled(20), check=False)
        assert "3 passed; 0 failed" in done.stdout, done.stdout
