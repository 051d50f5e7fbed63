"""Packets that only a server sends are a protocol error from a client.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 3 absent optional field"""
from lib import connect, packets as p


def test_server_only(broker):
    for version in (3, 4, 5):
        for packet in p.server_packets(version).values():
            client = connect(broker, "wrong", version=version)
            client.send(packet)
            client.expect_disconnect(0x81, 0x82)
