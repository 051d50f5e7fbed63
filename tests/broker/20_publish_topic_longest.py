"""A topic of 65535 bytes is legal, in PUBLISH, SUBSCRIBE and delivery.
[MQTT-4.7.3-3] [MQTT-3.1.1: 4.7.3-3]"""
from lib import connect


def test_longest_topic(broker):
    topic = "t" * 65535
    for version in (4, 5):
        client = connect(broker, "self", version=version)
        client.subscribe(topic, qos=1)
        client.publish(topic, b"long")
        client.receive(topic, b"long")
        client.unsubscribe(topic)
        client.disconnect()
