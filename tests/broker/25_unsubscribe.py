"""UNSUBSCRIBE ends exactly the named subscriptions, compared byte by byte, and tells for each whether it was there
(v5).
[MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6] [MQTT-3.11.3-1] [MQTT-3.11.3-2]
[MQTT-2.2.1-6] [MQTT-3.1.1: 3.10.4-1] [MQTT-3.1.1: 3.10.4-2] [MQTT-3.1.1: 3.10.4-4] [MQTT-3.1.1: 3.10.4-5]
[MQTT-3.1.1: 3.10.4-6] [MQTT-3.1.1: 2.3.1-7]
BEHAVIOUR 12.B row 30"""
from lib import connect


def test_codes(broker):
    other = connect(broker, "other")
    other.subscribe("a/b", "only/other")
    for version in (3, 4, 5):
        client = connect(broker, "sub", version=version)
        client.subscribe("a/b", "a/+", "A/B", "a/#")
        client.unsubscribe("a/c", "a/b", "only/other", "a/b", "a/+", "+/b", expect=[0x11, 0, 0x11, 0x11, 0, 0x11])
        publisher = connect(broker, "pub")
        publisher.publish("a/b", b"x")
        client.receive("a/b", b"x")
        client.expect_nothing(after=publisher)
        other.receive("a/b", b"x")
        client.unsubscribe("a/#")
        publisher.publish("a/b", b"x")
        other.receive("a/b", b"x")
        client.expect_nothing(after=publisher)
        client.disconnect()
