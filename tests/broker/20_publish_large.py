"""A message as large as the announced maximum packet size passes unchanged, at every QoS; one byte more is answered
0x95 and closed.
[MQTT-3.2.2-15] [MQTT-4.2.0-1] [MQTT-3.1.1: 7.1.1-1]
BEHAVIOUR 12.B row 22"""
from lib import connect, packets as p

MAXIMUM = 300000
config = dict(limits={"maximum_packet_size": MAXIMUM})


def sized(length):
    """A QoS 0 PUBLISH of exactly this many bytes."""
    empty = len(p.publish("large", b"", version=5))
    payload = bytes(number % 251 for number in range(length - empty - 2))
    packet = p.publish("large", payload, version=5)
    assert len(packet) == length
    return packet, payload


def test_largest(broker):
    client = connect(broker, "self")
    assert client.connack.properties["maximum_packet_size"] == MAXIMUM
    client.subscribe("large", qos=2)
    packet, payload = sized(MAXIMUM)
    client.send(packet)
    client.receive("large", payload)
    watcher = connect(broker, "watcher", version=4)
    watcher.subscribe("large", qos=2)
    for qos in (1, 2):
        connect(broker, "pub").publish("large", payload[:-10], qos=qos)
        watcher.receive("large", payload[:-10], qos=qos)


def test_one_byte_more(broker):
    client = connect(broker, "large")
    client.send(sized(MAXIMUM + 1)[0][:1000])
    client.expect_disconnect(0x95)
    older = connect(broker, "older", version=4)
    older.send(p.raw(0x30, b"", remaining=MAXIMUM + 1))
    older.expect_closed()
