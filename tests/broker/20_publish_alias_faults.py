"""Alias 0 and an alias above the maximum are answered 0x94; an unknown alias without topic is a protocol error.
Nothing is forwarded.
[MQTT-3.3.2-8] [MQTT-3.3.2-9] [MQTT-3.2.2-17] [MQTT-4.13.1-1]
PITFALLS 1 row 12, BEHAVIOUR 12.B row 20"""
from lib import Broker, connect, packets as p

config = dict(limits={"topic_alias_maximum": 5})


def refused(broker, data, *reasons):
    client = connect(broker, "pub")
    client.send(data)
    client.expect_disconnect(*reasons)


def test_alias_faults(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    for topic in ("a", ""):
        refused(broker, p.publish(topic, b"x", properties={"topic_alias": 0}), 0x94)
        refused(broker, p.publish(topic, b"x", properties={"topic_alias": 6}), 0x94)
        refused(broker, p.publish(topic, b"x", properties={"topic_alias": 65535}), 0x94)
    refused(broker, p.publish("", b"x", properties={"topic_alias": 5}), 0x82)
    refused(broker, p.publish("", b"x", qos=1, properties={"topic_alias": 5}), 0x82)
    watcher.ping()


def test_topics_without_end():
    """What the broker remembers of a client's aliases is bounded, also where it may publish nothing."""
    with Broker() as broker:
        client = connect(broker, "long")
        client.send(b"".join(p.publish("x" * 65_000, b"", properties={"topic_alias": alias}) for alias in range(1, 21)))
        client.expect_disconnect(0x97)
        usual = connect(broker, "usual")
        for number in range(1024):
            usual.send(p.publish(f"some/usual/topic/{number}", b"", properties={"topic_alias": 1 + number}))
        usual.ping()
