"""Deliveries begun before UNSUBSCRIBE are finished: open QoS 1 and 2 messages keep their exchange and come again at
resume.
[MQTT-3.10.4-3] [MQTT-3.10.4-2] [MQTT-3.1.1: 3.10.4-3]"""
from lib import connect


def test_open_messages(broker):
    for version in (4, 5):
        properties = {"session_expiry_interval": 300} if version == 5 else None
        keep = dict(version=version, clean=False, properties=properties)
        client = connect(broker, "sub", **keep)
        client.subscribe("open/1", qos=1)
        client.subscribe("open/2", qos=2)
        publisher = connect(broker, "pub")
        publisher.publish("open/1", b"1", qos=1)
        publisher.publish("open/2", b"2", qos=2)
        one = client.receive("open/1", b"1", qos=1, ack=False)
        two = client.receive("open/2", b"2", qos=2, ack=False)
        client.unsubscribe("open/1", "open/2")
        publisher.publish("open/1", b"no", qos=1)
        client.acknowledge(two)
        client.disconnect()
        again = connect(broker, "sub", **keep)
        repeated = again.receive("open/1", b"1", qos=1, dup=True)
        assert repeated.packet_id == one.packet_id
        again.expect_nothing(after=publisher)
        again.disconnect()
        connect(broker, "sub", version=version).disconnect()
