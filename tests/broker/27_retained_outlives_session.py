"""Stored messages stay when the session of their publisher ends.
[MQTT-3.3.1-5] [MQTT-3.1.1: 3.1.2-7] [MQTT-3.1.1: 3.3.1-5]"""
from lib import connect


def test_publisher_gone(broker):
    for version in (3, 4, 5):
        publisher = connect(broker, "pub", version=version)
        publisher.publish(f"kept/{version}", b"x", qos=1, retain=True)
        publisher.disconnect()
        connect(broker, "pub", version=version).disconnect()
        client = connect(broker, "late", version=version)
        client.subscribe(f"kept/{version}", qos=1)
        client.receive(f"kept/{version}", b"x", qos=1, retain=True)
        client.disconnect()
