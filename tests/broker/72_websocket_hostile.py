"""Frames that RFC 6455 forbids end the connection that they came on, and nothing else."""

from lib import check_serving, packets as p
from lib import websocket as ws

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws"}])


def ends_with(broker, *bytes_of_frames, code=None):
    client = ws.connect(broker, "hostile")
    client.socket.socket.sendall(b"".join(bytes_of_frames))
    client.expect_closed()
    if code is not None:
        assert client.socket.close_code in (code, None), client.socket.close_code
    check_serving(broker)


def test_unmasked(broker):
    """libwebsockets takes unmasked frames too, which protects nobody but proxies: nothing else comes of it."""
    client = ws.connect(broker, "unmasked")
    client.socket.socket.sendall(ws.frame(p.pingreq(), masked=False) + ws.frame(p.pingreq()))
    client.expect("PINGRESP")
    client.expect("PINGRESP")
    check_serving(broker)


def test_fragmented_control_frame(broker):
    ends_with(broker, ws.frame(b"a", ws.PING, final=False) + ws.frame(b"b", ws.CONTINUATION), code=1002)


def test_long_control_frame(broker):
    ends_with(broker, ws.frame(b"x" * 126, ws.PING), code=1002)


def test_lengths(broker):
    for length in (1 << 63, (1 << 64) - 1, (1 << 63) - 1, 1 << 32, (1 << 31) + 1):
        ends_with(broker, ws.frame(b"x" * 100, length=length))


def test_reserved_bits(broker):
    for reserved in (1, 2, 4):
        ends_with(broker, ws.frame(p.pingreq(), reserved=reserved), code=1002)


def test_unknown_types(broker):
    for opcode in (3, 7, 11, 15):
        ends_with(broker, ws.frame(b"x", opcode), code=1002)


def test_continuation_of_nothing(broker):
    ends_with(broker, ws.frame(p.pingreq(), ws.CONTINUATION), code=1002)


def test_close_in_the_middle_of_a_packet(broker):
    client = ws.connect(broker, "middle")
    client.send(p.publish("a", b"x" * 1000)[:500])
    client.socket.socket.sendall(ws.frame(b"", ws.CLOSE))
    client.expect_closed()
    check_serving(broker)


def test_reset(broker):
    for number in range(20):
        client = ws.connect(broker, f"reset{number}")
        client.send(p.publish("a", b"x" * 10_000))
        client.socket.socket.sendall(ws.frame(b"x" * 100, length=60_000)[:50])
        client.reset()
    check_serving(broker)


def test_the_log_is_not_flooded(broker):
    mark = broker.mark()
    for _ in range(100):
        client = ws.connect(broker, "hostile")
        client.socket.socket.sendall(ws.frame(b"x", length=1 << 63))
        client.expect_closed()
    lines = [each for each in broker.records[mark:] if each.get("module") == "web"]
    assert 0 < len(lines) < 90, len(lines)
