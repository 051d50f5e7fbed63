"""Aliases to a client stay within its maximum, begin with the full topic, and stand for that topic for the
connection.
[MQTT-3.1.2-26] [MQTT-3.3.2-11] [MQTT-3.3.2-8]
PITFALLS 1 row 6"""
from lib import connect


def resolve(table, message):
    """The topic of a message, as a client would find it."""
    alias = message.properties.get("topic_alias")
    if alias is not None:
        assert 1 <= alias <= 3, message
        if message.topic:
            table[alias] = message.topic
        return table[alias]
    assert message.topic, message
    return message.topic


def test_alias_out(broker):
    subscriber = connect(broker, "sub", properties={"topic_alias_maximum": 3})
    subscriber.subscribe("alias/#", qos=2)
    publisher = connect(broker, "pub")
    table = {}
    for number in range(60):
        topic, qos = f"alias/{number * 7 % 5}", number % 3
        publisher.publish(topic, str(number), qos=qos)
        message = subscriber.expect("PUBLISH", payload=str(number), qos=qos)
        assert resolve(table, message) == topic
        subscriber.acknowledge(message)
