"""Aliases of a client end with its connection, also when the session goes on.
[MQTT-3.3.2-7]
PITFALLS 2 row 8, BEHAVIOUR 12.B row 20"""
from lib import connect, packets as p

KEEP = dict(clean=False, properties={"session_expiry_interval": 300})


def test_alias_is_forgotten(broker):
    client = connect(broker, "pub", **KEEP)
    client.publish("alias/topic", b"", qos=1, properties={"topic_alias": 1})
    client.disconnect()
    again = connect(broker, "pub", session=True, **KEEP)
    again.send(p.publish("", b"x", properties={"topic_alias": 1}))
    again.expect_disconnect(0x82)


def test_alias_is_forgotten_at_takeover(broker):
    client = connect(broker, "pub", **KEEP)
    client.publish("alias/topic", b"", qos=1, properties={"topic_alias": 1})
    again = connect(broker, "pub", session=True, **KEEP)
    client.expect_disconnect(0x8E)
    again.send(p.publish("", b"x", properties={"topic_alias": 1}))
    again.expect_disconnect(0x82)


def test_aliases_of_two_clients_are_apart(broker):
    one, two = connect(broker, "one"), connect(broker, "two")
    one.publish("of/one", b"", qos=1, properties={"topic_alias": 1})
    two.publish("of/two", b"", qos=1, properties={"topic_alias": 1})
    one.subscribe("of/#")
    one.publish("", b"1", properties={"topic_alias": 1})
    one.receive("of/one", b"1")
    two.send(p.publish("", b"2", properties={"topic_alias": 1}))
    one.receive("of/two", b"2")
