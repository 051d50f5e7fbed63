"""A topic name with "+" or "#" anywhere ends the connection; nobody receives the message.
[MQTT-3.3.2-2] [MQTT-4.7.0-1] [MQTT-3.1.1: 3.3.2-2] [MQTT-3.1.1: 4.7.1-1]"""
from lib import connect, packets as p

TOPICS = ("+", "#", "a/+", "a/#", "+/b", "a+b", "a#", "a/b#/c", "$share/g/+")


def test_wildcards(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("#", "$share/g/#")
    for version in (3, 4, 5):
        for topic in TOPICS:
            client = connect(broker, "pub", version=version)
            client.send(p.publish(topic, b"x", version=version))
            client.expect_disconnect(0x81, 0x82, 0x90)
    subscriber.ping()
