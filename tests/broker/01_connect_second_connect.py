"""A second CONNECT on one connection is a protocol error: the server closes, v5 with 0x82.
[MQTT-3.1.0-2] [MQTT-3.1.1: 3.1.0-2]"""
from lib import connect, packets as p


def test_second_connect(broker):
    for version in (3, 4, 5):
        client = connect(broker, "twice", version=version)
        client.send(p.connect("twice", version=version))
        client.expect_disconnect(0x82)
