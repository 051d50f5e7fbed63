"""Bytes after the end of a packet's fields are malformed.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]"""
from lib import connect, packets as p


def test_surplus(broker):
    for version in (3, 4, 5):
        tail = b"\x00" if version == 5 else b""
        code = b"\x00\x00" if version == 5 else b""
        bodies = [(0x40, p.u16(1) + code + b"x"), (0x62, p.u16(1) + code + b"x"), (0xC0, b"x"), (0xC0, b"\x00\x00"),
                  (0xE0, code + b"x"), (0xA2, p.u16(1) + tail + p.string("a") + b"\x00"),
                  (0x82, p.u16(1) + tail + p.string("a") + b"\x00\x00")]
        for first, body in bodies:
            client = connect(broker, "long", version=version)
            client.send(p.raw(first, body))
            client.expect_disconnect(0x81, 0x82)
