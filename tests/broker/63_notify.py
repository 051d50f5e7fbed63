"""The service manager is told when the broker serves, reads its configuration again, stops, or cannot start; and its
watchdog is fed as long as all workers turn."""
import os
import socket
import tempfile
import time

from lib import Broker, allow_all, connect, packets as p, scaled


class Manager:
    """What systemd is to a service: a datagram socket."""

    def __init__(self, abstract=False):
        self.folder = tempfile.TemporaryDirectory(prefix="grapnel-test-")
        name = f"{self.folder.name}/notify"
        self.address = "@" + name if abstract else name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name if abstract else name)
        self.socket.settimeout(scaled(20))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.folder.cleanup()

    def next(self):
        text = self.socket.recv(4096).decode()
        return dict(line.split("=", 1) for line in text.split("\n"))

    def wait(self, name):
        while True:
            told = self.next()
            if name in told:
                return told


def test_life():
    for abstract in (False, True):
        with Manager(abstract) as manager:
            broker = Broker(environment={"NOTIFY_SOCKET": manager.address}).start()
            assert manager.next() == {"STATUS": "starting"}
            ready = manager.next()
            assert ready["READY"] == "1", ready
            assert ready["STATUS"].startswith("serving with ") and ready["STATUS"].endswith("1 listener"), ready
            assert broker.reload()
            before_us = time.monotonic_ns() // 1000
            reloading = manager.next()
            assert reloading["RELOADING"] == "1", reloading
            assert 0 < int(reloading["MONOTONIC_USEC"]) <= before_us
            assert manager.next()["READY"] == "1"
            broker.stop()
            assert manager.next()["STOPPING"] == "1"


def test_reload_with_faults():
    """Is over, too."""
    with Manager() as manager:
        broker = Broker(environment={"NOTIFY_SOCKET": manager.address}).start()
        manager.wait("READY")
        broker.write_config(top={"unknown": 1})
        assert not broker.reload()
        assert manager.next()["RELOADING"] == "1"
        assert manager.next()["READY"] == "1"
        broker.stop()


def test_failed_start():
    with Manager() as manager:
        broker = Broker(environment={"NOTIFY_SOCKET": manager.address},
                        listeners=[{"id": "a", "type": "unix", "address": "/nowhere/at/all"}])
        broker.launch()
        assert broker.wait_exit(20) == 1
        manager.next()
        told = manager.next()
        assert set(told) == {"STATUS"} and "/nowhere/at/all" in told["STATUS"], told
        assert manager.next() == {"STOPPING": "1"}


def test_nobody_listens():
    for address in ("/nowhere/at/all", "", "x" * 300):
        Broker(environment={"NOTIFY_SOCKET": address}).start().stop()


def test_watchdog():
    with Manager() as manager:
        broker = Broker(environment={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "100000"}).start()
        for _ in range(5):
            manager.wait("WATCHDOG")
        broker.stop()


def test_watchdog_of_another_process():
    with Manager() as manager:
        broker = Broker(environment={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "10000",
                                     "WATCHDOG_PID": str(os.getpid())}).start()
        connect(broker, "x").ping()
        broker.stop()
        manager.socket.setblocking(False)
        while "STOPPING" not in (told := manager.next()):
            assert "WATCHDOG" not in told


def test_stuck_worker():
    """One worker that does not turn is enough: the watchdog is not fed until it does."""
    dawdler = {"name": "dawdles", "config": {"event": "on_publish", "number": 3000}}
    with Manager() as manager:
        broker = Broker(environment={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "400000"},
                        plugins=[allow_all(), dawdler]).start()
        client = connect(broker, "x")
        manager.wait("WATCHDOG")
        client.send(p.publish("a", b"", 1, packet_id=1))
        broker.wait_record("a worker is stuck: the watchdog is not told that all is well")
        manager.socket.setblocking(False)
        try:
            while True:
                manager.next()
        except BlockingIOError:
            pass
        manager.socket.settimeout(scaled(20))
        manager.wait("WATCHDOG")
        client.expect("PUBACK", deadline_s=1)
        broker.stop()
