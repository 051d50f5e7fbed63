"""A malformed packet hurts its own connection only.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]"""
from lib import connect, many, packets as p


def test_neighbours_live(broker):
    neighbours = many(broker, "neighbour")
    for each in neighbours:
        each.subscribe("news", qos=1)
    for version in (3, 4, 5):
        for bad in (b"\xf1\x00", b"\x00\x00", b"\x36\x05\x00\x01t\x00\x01", b"\x82\x00"):
            client = connect(broker, "bad", version=version)
            client.send(bad)
            client.expect_disconnect(0x81, 0x82)
    connect(broker, "publisher").publish("news", b"alive", qos=1)
    for each in neighbours:
        each.receive("news", b"alive", qos=1)
