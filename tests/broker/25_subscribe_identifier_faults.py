"""Identifier 0, two identifiers in one SUBSCRIBE, one in a client's PUBLISH or UNSUBSCRIBE: the connection ends.
[MQTT-3.3.4-6] [MQTT-4.13.1-1]
BEHAVIOUR 12.B row 19"""
from lib import connect, packets as p


def test_faults(broker):
    name = "subscription_identifier"
    for data in (p.subscribe(1, ["a"], properties={name: 0}), p.subscribe(1, ["a"], properties={name: [1, 2]}),
                 p.subscribe(1, ["a"], properties={name: [1, 1]}), p.publish("a", b"", properties={name: 1}),
                 p.publish("a", b"", qos=1, properties={name: [1, 2]}), p.unsubscribe(1, ["a"], properties={name: 1})):
        client = connect(broker, "sub")
        client.send(data)
        client.expect_disconnect(0x81, 0x82)


def test_longest_integer(broker):
    client = connect(broker, "sub")
    client.send(p.subscribe(1, ["a"], properties=b"\x0b\xff\xff\xff\xff\x01"))
    client.expect_disconnect(0x81)
