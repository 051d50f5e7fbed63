"""DISCONNECT from the client: the server closes and handles nothing that follows it.
[MQTT-3.14.4-1] [MQTT-3.14.4-2] [MQTT-3.14.2-1] [MQTT-3.1.1: 3.14.4-1] [MQTT-3.1.1: 3.14.4-2]  BEHAVIOUR 12.B row 10"""
from lib import connect, packets as p


def test_closed(broker):
    for version in (3, 4, 5):
        connect(broker, "x", version=version).disconnect()
    for data in (b"\xe0\x00", b"\xe0\x01\x00", b"\xe0\x02\x00\x00", p.disconnect(4), p.disconnect(0x80, {})):
        client = connect(broker, "x")
        client.send(data)
        client.expect_closed()


def test_nothing_after_it(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    for version in (3, 4, 5):
        client = connect(broker, "x", version=version)
        client.send(p.disconnect(version=version) + p.publish("t", b"late", version=version) + p.pingreq())
        client.expect_closed()
    watcher.expect_nothing(after=connect(broker, "other"))


def test_body_in_v3(broker):
    """Versions 3 and 4 know no reason code."""
    for version in (3, 4):
        client = connect(broker, "x", version=version)
        client.send(b"\xe0\x01\x00")
        client.expect_closed()


def test_malformed(broker):
    """Answered at most by a DISCONNECT."""
    for body in (b"\x00\x01", b"\x00\x05\x11\x00\x00", b"\x00\x00\x00", b"\x00\x02\x01\x01", b"\x00\x80"):
        client = connect(broker, "x", properties={"session_expiry_interval": 1})
        client.name = body.hex()
        client.send(p.raw(0xE0, body))
        client.expect_disconnect(0x81, 0x82)
