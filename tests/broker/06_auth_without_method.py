"""Enhanced authentication that no plugin offers is refused with 0x8C.
[MQTT-4.12.0-1] [MQTT-3.2.2-7]  BEHAVIOUR 12.B row 29"""
from lib import Client, connect, packets as p


def test_unknown_method(broker):
    for properties in ({"authentication_method": "SCRAM-SHA-256"},
                       {"authentication_method": "X", "authentication_data": b"start"},
                       {"authentication_method": ""}):
        client = Client(broker)
        client.send(p.connect("x", properties=properties))
        client.expect_refused(0x8C)


def test_data_without_method(broker):
    client = Client(broker)
    client.send(p.connect("x", properties={"authentication_data": b"d"}))
    client.expect_invalid(0x81, 0x82)


def test_refusal_leaves_the_session_alone(broker):
    owner = connect(broker, "x")
    client = Client(broker)
    client.send(p.connect("x", properties={"authentication_method": "M"}))
    client.expect_refused(0x8C)
    owner.ping()
