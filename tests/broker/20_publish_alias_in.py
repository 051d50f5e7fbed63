"""A client's alias stands for the topic it was registered with, can be registered anew, and every value up to the
announced maximum is accepted.
[MQTT-3.3.2-12] [MQTT-3.2.2-17]
BEHAVIOUR 12.B row 20"""
from lib import connect

config = dict(limits={"topic_alias_maximum": 20})


def test_alias_in(broker):
    client = connect(broker, "pub")
    assert client.connack.properties["topic_alias_maximum"] == 20
    subscriber = connect(broker, "sub")
    subscriber.subscribe("alias/#", qos=2)
    for alias in range(1, 21):
        client.publish(f"alias/{alias}", b"register", properties={"topic_alias": alias})
        subscriber.receive(f"alias/{alias}", b"register", lacks=["topic_alias"])
    for qos in (0, 1, 2):
        for alias in (20, 1, 7):
            client.publish("", b"use", qos=qos, properties={"topic_alias": alias})
            subscriber.receive(f"alias/{alias}", b"use", qos=qos, lacks=["topic_alias"])


def test_registered_anew(broker):
    client = connect(broker, "pub")
    subscriber = connect(broker, "sub")
    subscriber.subscribe("anew/#")
    client.publish("anew/1", b"", properties={"topic_alias": 3})
    client.publish("anew/2", b"", properties={"topic_alias": 3})
    client.publish("", b"which", properties={"topic_alias": 3})
    for topic in ("anew/1", "anew/2", "anew/2"):
        subscriber.receive(topic)


def test_retained_by_alias(broker):
    client = connect(broker, "pub")
    client.publish("kept", b"1", retain=True, properties={"topic_alias": 1})
    client.publish("", b"2", qos=1, retain=True, properties={"topic_alias": 1})
    client.subscribe("kept")
    client.receive("kept", b"2", retain=True)
