"""A PUBLISH at QoS 0 with DUP is malformed: the connection ends and nothing is forwarded.
[MQTT-3.3.1-2] [MQTT-2.1.3-1] [MQTT-4.13.1-1] [MQTT-3.1.1: 3.3.1-2] [MQTT-3.1.1: 4.8.0-1]
BEHAVIOUR 12.B row 36"""
from lib import connect, packets as p


def test_dup_at_qos0(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("dup")
    for version in (3, 4, 5):
        client = connect(broker, "pub", version=version)
        client.send(p.publish("dup", b"x", dup=True, version=version))
        client.expect_disconnect(0x81, 0x82)
    subscriber.ping()
