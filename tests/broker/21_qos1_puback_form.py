"""PUBACK may leave out reason and properties; an unknown reason code, id 0 or a truncated one is malformed.
[MQTT-2.2.1-5] [MQTT-2.2.2-1] [MQTT-4.13.1-1]
BEHAVIOUR 12.B row 5"""
from lib import connect, packets as p


def message_for(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("qos1", qos=1)
    connect(broker, "pub").publish("qos1", b"x", qos=1)
    return subscriber, subscriber.receive("qos1", b"x", qos=1, ack=False).packet_id


def test_legal_forms(broker):
    for tail in (b"", b"\x00", b"\x00\x00", b"\x10\x00"):
        subscriber, packet_id = message_for(broker)
        subscriber.send(p.raw(0x40, p.u16(packet_id) + tail))
        subscriber.ping()


def test_illegal_forms(broker):
    for tail in (b"\x01", b"\x11", b"\x92", b"\x00\x05", b"\x00\x00\x00"):
        subscriber, packet_id = message_for(broker)
        subscriber.send(p.raw(0x40, p.u16(packet_id) + tail))
        subscriber.expect_disconnect(0x81, 0x82)
    for body in (b"", b"\x00", b"\x00\x00"):
        subscriber, packet_id = message_for(broker)
        subscriber.send(p.raw(0x40, body))
        subscriber.expect_disconnect(0x81, 0x82)
