"""A variable byte integer of more than four bytes is malformed as remaining length, property length and identifier;
lengths that reach beyond the packet too.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 1 row 8, PITFALLS 3 varint arithmetic, BEHAVIOUR 12.B row 32"""
from lib import connect, packets as p

FIVE = (b"\x80\x80\x80\x80\x00", b"\x80\x80\x80\x80\x01", b"\xff\xff\xff\xff\x7f", b"\xff\xff\xff\xff\xff")


def test_remaining_length(broker):
    for version in (3, 4, 5):
        for first in (0x30, 0x82, 0xC0):
            for five in FIVE:
                client = connect(broker, "varint", version=version)
                client.send(p.raw(first, b"", remaining=five))
                client.expect_disconnect(0x81, 0x82)


def test_inside(broker):
    for five in FIVE:
        for first, body in ((0x30, p.string("a") + five), (0x82, p.u16(1) + five), (0xA2, p.u16(1) + five),
                            (0x62, p.u16(1) + b"\x00" + five), (0xE0, b"\x00" + five),
                            (0x82, p.u16(1) + b"\x06\x0b" + five + p.string("a") + b"\x00"),
                            (0x30, p.string("a") + b"\x05" + five)):
            client = connect(broker, "varint")
            client.send(p.raw(first, body))
            client.expect_disconnect(0x81, 0x82)


def test_property_length_beyond_the_packet(broker):
    for length in (b"\x01", b"\x7f", b"\xff\xff\xff\x7f"):
        for first, start in ((0x30, p.string("a")), (0x82, p.u16(1)), (0x40, p.u16(1) + b"\x00")):
            client = connect(broker, "varint")
            client.send(p.raw(first, start + length))
            client.expect_disconnect(0x81)
