"""A QoS 1 PUBLISH is answered with PUBACK of its identifier; after that the identifier is a new message, DUP or not.
[MQTT-2.2.1-5] [MQTT-3.4.2-1] [MQTT-4.3.2-4] [MQTT-4.3.2-5] [MQTT-3.3.4-1] [MQTT-4.5.0-1] [MQTT-3.1.1: 2.3.1-6]
[MQTT-3.1.1: 4.3.2-2] [MQTT-3.1.1: 3.3.4-1]"""
from lib import connect


def test_same_id_again_is_new(broker):
    for version in (3, 4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos1", qos=1)
        publisher = connect(broker, "pub", version=version)
        for payload, dup in ((b"first", False), (b"first", True), (b"second", False), (b"second", False)):
            publisher.publish("qos1", payload, qos=1, packet_id=1000, dup=dup)
            subscriber.receive("qos1", payload, qos=1)
        subscriber.expect_nothing(after=publisher)
        subscriber.disconnect()
