"""A client that sends and never reads is not read from either: its answers do not fill the memory, others go on."""
import socket

from lib import connect, packets as p

config = dict(limits={"maximum_client_bytes_pending": "256 KiB"})
FLOOD = 64 << 20
ANSWERS_MOST = 12 << 20  # far above what the broker and both socket buffers may hold


def test_pings(broker):
    client = connect(broker, "flood")
    other = connect(broker, "other")
    client.socket.settimeout(2)
    sent = 0
    block = p.raw(0xC0, b"") * 65536
    try:
        while sent < FLOOD:
            sent += client.socket.send(block)
    except (socket.timeout, BlockingIOError):
        pass
    assert sent < ANSWERS_MOST, f"{sent} bytes of PINGREQ were taken though no answer was read"
    other.ping()


def test_goes_on_when_read(broker):
    """Once the answers are read, everything is answered."""
    client = connect(broker, "late")
    client.socket.settimeout(2)
    sent = client.socket.send(p.raw(0xC0, b"") * 16384)
    for _ in range(sent // 2):
        client.expect("PINGRESP")


def test_ends_with_its_keepalive(broker):
    """Not listening to it does not save it from its keep-alive."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("will")
    client = connect(broker, "flood", keepalive=1, will=p.will("will"))
    client.socket.settimeout(0.5)
    block = p.raw(0xC0, b"") * 65536
    try:
        while True:
            client.socket.send(block)
    except (socket.timeout, BlockingIOError, ConnectionError):
        pass
    assert watcher.expect("PUBLISH").topic == "will"
