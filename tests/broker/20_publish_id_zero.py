"""A QoS 1 or 2 PUBLISH with packet identifier 0 ends the connection.
[MQTT-2.2.1-3] [MQTT-4.13.1-1] [MQTT-3.1.1: 2.3.1-1] [MQTT-3.1.1: 4.8.0-1]"""
from lib import connect, packets as p


def test_id_zero(broker):
    for version in (3, 4, 5):
        for qos in (1, 2):
            client = connect(broker, "pub", version=version)
            client.send(p.publish("zero", b"x", qos=qos, packet_id=0, version=version))
            client.expect_disconnect(0x81, 0x82)
