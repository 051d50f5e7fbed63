"""A QoS 0 message is delivered with DUP 0 and without packet identifier, and is not acknowledged.
[MQTT-2.2.1-2] [MQTT-3.3.1-2] [MQTT-3.3.2-3] [MQTT-3.3.4-1] [MQTT-4.3.1-1] [MQTT-4.5.0-1] [MQTT-3.1.1: 2.3.1-5]
[MQTT-3.1.1: 3.3.1-2] [MQTT-3.1.1: 3.3.2-3] [MQTT-3.1.1: 3.3.4-1] [MQTT-3.1.1: 4.3.1-1] [MQTT-3.1.1: 4.5.0-1]"""
from lib import connect


def test_every_pair_of_versions(broker):
    for from_version in (3, 4, 5):
        publisher = connect(broker, f"pub{from_version}", version=from_version)
        for to_version in (3, 4, 5):
            subscriber = connect(broker, f"sub{to_version}", version=to_version)
            subscriber.subscribe("qos0/+", qos=2)
            publisher.publish("qos0/x", b"payload")
            subscriber.receive("qos0/x", b"payload", qos=0, dup=False, retain=False)
            publisher.ping()
            subscriber.ping()
            subscriber.disconnect()


def test_empty_payload(broker):
    client = connect(broker, "self")
    client.subscribe("empty")
    client.publish("empty", b"")
    client.receive("empty", b"")
