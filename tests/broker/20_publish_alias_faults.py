"""Alias 0 and an alias above the maximum are answered 0x94; an unknown alias without topic is a protocol error.
Nothing is forwarded.
[MQTT-3.3.2-8] [MQTT-3.3.2-9] [MQTT-3.2.2-17] [MQTT-4.13.1-1]
PITFALLS 1 row 12, BEHAVIOUR 12.B row 20"""
from lib import connect, packets as p

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
