"""A topic or filter with more levels than maximum_topic_levels is refused, however deep; nothing overflows, and one
with exactly that many works.
PITFALLS 3 unbounded recursion"""
from lib import connect, packets as p

config = dict(limits={"maximum_topic_levels": 10})


def deep(levels):
    return "/".join("l" * levels)


def test_cap(broker):
    client = connect(broker, "self")
    client.subscribe(deep(10), qos=1)
    client.publish(deep(10), b"x")
    client.receive(deep(10), b"x")
    client.subscribe(deep(11), "/" * 65400, "+/" * 30000 + "#", "$share/g/" + deep(11), expect=0x8F)
    for levels in (deep(11), "/" * 65400):
        publisher = connect(broker, "pub")
        publisher.send(p.publish(levels, b"x", qos=1, packet_id=3))
        packet = publisher.next_packet()
        assert packet.type in ("PUBACK", "DISCONNECT") and packet.reason == 0x90, packet
    client.subscribe("l/#")
    publisher = connect(broker, "pub")
    publisher.publish(deep(10), b"y")
    client.receive(deep(10), b"y")


def test_v3(broker):
    for version in (3, 4):
        client = connect(broker, "older", version=version)
        client.subscribe("/" * 65400, expect=0x80)
        client.send(p.publish("/" * 65400, b"x", version=version) + p.pingreq())
        packet = client.next_packet()
        assert packet is None or packet.type == "PINGRESP", packet
