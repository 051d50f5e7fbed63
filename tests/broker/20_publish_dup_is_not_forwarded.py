"""DUP of an incoming PUBLISH says nothing about the outgoing one: a first delivery has DUP 0.
[MQTT-3.3.1-3] [MQTT-4.3.2-2] [MQTT-4.3.3-2] [MQTT-3.1.1: 3.3.1-3]"""
from lib import connect


def test_dup_in(broker):
    for version in (3, 4, 5):
        publisher = connect(broker, "pub", version=version)
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("dup", qos=2)
        for qos in (1, 2):
            publisher.publish("dup", b"once", qos=qos, dup=True)
            subscriber.receive("dup", b"once", qos=qos, dup=False)
        subscriber.expect_nothing(after=publisher)
        subscriber.disconnect()
