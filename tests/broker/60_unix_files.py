"""What is where the socket of a listener should be: a stale socket is replaced; one that somebody listens on, and a
file that is no socket, end the start with one line that says where it was asked for, and stay as they are."""
import fcntl
import os
import pathlib
import signal
import socket
import tempfile

from lib import Broker, connect


def listening(path):
    return [{"id": "local", "type": "unix", "address": str(path)}]


def fails(path, *words):
    broker = Broker(listeners=listening(path))
    broker.launch()
    assert broker.wait_exit(20) == 1
    lines = [record for record in broker.records if record.get("level") == "error"]
    assert len(lines) == 1, broker.log_text()
    for word in (f"{broker.config_path}:", str(path), *words):
        assert word in lines[0]["message"], lines[0]


def test_left_by_a_crash():
    broker = Broker()
    path = broker.folder / "mqtt.sock"
    broker.arguments["listeners"] = listening(path)
    broker.start()
    broker.process.send_signal(signal.SIGKILL)
    broker.wait_exit()
    assert path.is_socket()
    broker.records.clear()
    broker.start()
    connect(broker, "again").ping()
    broker.stop()


def test_in_use():
    first = Broker()
    path = first.folder / "mqtt.sock"
    first.arguments["listeners"] = listening(path)
    first.start()
    fails(path, "another process listens there")
    connect(first, "still").ping()
    first.stop()


def test_no_socket():
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        path = pathlib.Path(folder) / "plain"
        path.write_text("mine")
        fails(path, "no socket")
        assert path.read_text() == "mine"
        path = pathlib.Path(folder) / "folder"
        path.mkdir()
        fails(path, "no socket")


def test_missing_folder():
    fails("/nowhere/at/all/mqtt.sock", "there is no folder /nowhere/at/all: make it")


def test_unknown_owner():
    broker = Broker()
    broker.arguments["listeners"] = [{**listening(broker.folder / "mqtt.sock")[0], "owner": "no-such-user"}]
    broker.launch()
    assert broker.wait_exit(20) == 1
    assert "there is no user no-such-user" in broker.log_text()


def test_taken_by_another():
    """Whoever put a file of theirs in its place keeps it."""
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        path = pathlib.Path(folder) / "mqtt.sock"
        broker = Broker(listeners=listening(path)).start()
        path.rename(path.with_suffix(".old"))
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            broker.stop()
            assert path.is_socket()


def test_a_lock_on_the_folder_is_nobodys_business():
    """Whoever may read a folder may lock it."""
    broker = Broker()
    broker.arguments["listeners"] = listening(broker.folder / "mqtt.sock")
    folder = os.open(broker.folder, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    broker.start()
    connect(broker, "in").ping()
    broker.stop()
    os.close(folder)


def test_a_lock_that_somebody_keeps():
    """Of the same user, as no other one may open the file."""
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        path = pathlib.Path(folder) / "mqtt.sock"
        lock = path.with_name("mqtt.sock.lock")
        kept = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(kept, fcntl.LOCK_EX)
        fails(path, f"another process holds {lock}")
        os.close(kept)
        lock.chmod(0o644)
        fails(path, f"{lock} is not a file of this user alone: remove it")
        lock.unlink()
        os.mkfifo(lock, 0o600)
        fails(path, f"{lock} is not a file of this user alone: remove it")


def test_many_at_once():
    """On a stale file: one of them has it at the end, and says so; the others end with a line about it."""
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        path = pathlib.Path(folder) / "mqtt.sock"
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(path))
        brokers = [Broker(listeners=listening(path)) for _ in range(6)]
        for broker in brokers:
            broker.launch()
        lost = [broker for broker in brokers if not listens(broker)]
        assert len(lost) == 5, len(lost)
        for broker in lost:
            assert "another process listens there" in broker.log_text(), broker.log_text()
        winner, = (broker for broker in brokers if broker not in lost)
        winner.ports = {"local": str(path)}
        connect(winner, "in", listener="local").ping()
        assert [each.name for each in path.parent.iterdir()] == ["mqtt.sock"]
        winner.stop()


def listens(broker):
    """Waits until it does, or has ended."""
    try:
        broker.wait_record("listening")
    except AssertionError:
        assert broker.wait_exit(20) == 1
        return False
    return True
