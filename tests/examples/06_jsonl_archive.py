"""sdk/examples/jsonl-archive.cpp: what is published is in the file, also what had to wait for it."""
import json
import os
import pathlib
import re
import select
import signal
import tempfile

from lib import Broker, allow_all, connect, packets as p

FILTERS = ["archive/#", "+/too"]


def archiving(path, limits=None, **settings):
    plugin = {"name": "jsonl-archive", "config": {"file": str(path), "filters": FILTERS, **settings}}
    return Broker(plugins=[plugin, allow_all()], limits=limits)


class Pipe:
    """A file that takes 64 KiB and then makes its writer wait until somebody reads."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "pipe"
        os.mkfifo(self.path)
        self.descriptor = os.open(self.path, os.O_RDWR)

    def read_until(self, ended):
        """What was written until ended() and nothing is left."""
        found = b""
        while True:
            over = ended()
            if select.select([self.descriptor], [], [], 0 if over else 0.01)[0]:
                found += os.read(self.descriptor, 65536)
            elif over:
                return found


def test_lines_say_what_was_published():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "archive.jsonl"
        with archiving(path) as broker:
            client = connect(broker, "cli\"ent")
            client.publish("archive/a", "21.5 °C", qos=2)
            client.publish("archive/\\\x01", b"\"\n", retain=True)
            client.publish("archive", b"\xff\x00a", qos=1)
            client.publish("elsewhere/a", b"x", qos=1)
            client.publish("elsewhere/too", b"", qos=1)
            connect(broker, "dead", will=p.will("archive/will", b"gone")).disconnect(0x04)
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert all(line.pop("time_ms") > 1_600_000_000_000 for line in lines), lines
        will = {"topic": "archive/will", "client": "dead", "qos": 0, "retain": False, "payload": "gone"}
        assert will in lines, lines
        lines.remove(will)
        assert lines == [
            {"topic": "archive/a", "client": "cli\"ent", "qos": 2, "retain": False, "payload": "21.5 °C"},
            {"topic": "archive/\\\x01", "client": "cli\"ent", "qos": 0, "retain": True, "payload": "\"\n"},
            {"topic": "archive", "client": "cli\"ent", "qos": 1, "retain": False, "payload_hex": "ff0061"},
            {"topic": "elsewhere/too", "client": "cli\"ent", "qos": 1, "retain": False, "payload": ""}], lines


def test_the_file_is_continued():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "archive.jsonl"
        for number in range(2):
            with archiving(path) as broker:
                connect(broker, "client").publish("archive", str(number), qos=1)
        assert [json.loads(line)["payload"] for line in path.read_text().splitlines()] == ["0", "1"]


def test_stopping_waits_for_what_is_not_written():
    """Far more than the pipe holds is waiting when the broker is told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        pipe = Pipe(folder)
        broker = archiving(pipe.path).start()
        clients = [connect(broker, f"client{number}") for number in range(8)]
        for number in range(10):
            for client in clients:
                client.publish(f"archive/{client.name}", f"{number:04}" + "x" * 4000, qos=1)
        broker.process.send_signal(signal.SIGTERM)
        for client in clients:
            client.expect_disconnect()
        lines = [json.loads(line) for line in pipe.read_until(lambda: not broker.alive()).splitlines()]
        for client in clients:
            own = [line["payload"][:4] for line in lines if line["client"] == client.name]
            assert own == [f"{number:04}" for number in range(10)], own
        broker.stop()


def test_stopping_does_not_wait_for_ever():
    with tempfile.TemporaryDirectory() as folder:
        pipe = Pipe(folder)
        broker = archiving(pipe.path, limits={"shutdown_timeout": "300ms"}).start()
        client = connect(broker, "client")
        for _ in range(40):
            client.publish("archive", b"x" * 4000, qos=1)
        broker.process.send_signal(signal.SIGTERM)
        code = broker.wait_exit()
        assert code == 1, code
        broker.wait_record("plugin did not stop in time", module="plugin/jsonl-archive")
        broker.process = None


def test_a_full_queue_loses_lines_and_says_so():
    with tempfile.TemporaryDirectory() as folder:
        pipe = Pipe(folder)
        broker = archiving(pipe.path, queue="16 KiB").start()
        client = connect(broker, "client")
        for number in range(100):
            client.publish("archive", f"{number:04}" + "x" * 4000, qos=1)
        broker.process.send_signal(signal.SIGTERM)
        lines = [json.loads(line)["payload"][:4] for line in pipe.read_until(lambda: not broker.alive()).splitlines()]
        assert lines[0] == "0000" and lines == sorted(lines) and 10 < len(lines) < 100, lines
        broker.wait_exit()
        logged = sum(map(int, re.findall(r"queue full: left out (\d+)", broker.log_text())))
        assert logged == 100 - len(lines), broker.log_tail()
        broker.stop()


def test_a_file_is_needed():
    broker = archiving("/nowhere/archive.jsonl")
    broker.launch()
    assert broker.wait_exit() > 0
    assert "cannot open /nowhere/archive.jsonl" in broker.log_text(), broker.log_tail()
    broker.process = None
