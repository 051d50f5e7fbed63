"""An empty topic name without alias is a protocol error (v5), and ends a v3 connection.
[MQTT-4.7.3-1] [MQTT-3.3.2-1] [MQTT-3.1.1: 4.7.3-1] [MQTT-3.1.1: 3.3.2-1]"""
from lib import connect, packets as p


def test_empty_topic(broker):
    for version in (3, 4, 5):
        for qos in (0, 1, 2):
            client = connect(broker, "pub", version=version)
            client.send(p.publish("", b"x", qos=qos, version=version))
            client.expect_disconnect(0x81, 0x82, 0x90)
