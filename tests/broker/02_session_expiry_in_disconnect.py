"""DISCONNECT may change the Session Expiry Interval, but not from 0.
[MQTT-3.1.2-23] [MQTT-4.1.0-2]"""
from lib import connect, packets as p

KEEP = {"session_expiry_interval": 100}


def test_to_zero_ends_the_session(broker):
    client = connect(broker, "x", clean=False, properties=KEEP)
    client.subscribe("t", qos=1)
    client.disconnect(0, {"session_expiry_interval": 0})
    connect(broker, "x", clean=False, session=False)


def test_to_more_keeps_it(broker):
    client = connect(broker, "y", clean=False, properties={"session_expiry_interval": 1})
    client.disconnect(0, KEEP)
    connect(broker, "timer").expect_silence(1.6)
    connect(broker, "y", clean=False, session=True)


def test_from_zero_is_a_protocol_error(broker):
    for properties in (None, {"session_expiry_interval": 0}):
        client = connect(broker, "z", clean=False, properties=properties)
        client.send(p.disconnect(0, KEEP))
        client.expect_disconnect(0x82)
        connect(broker, "z", clean=False, session=False)


def test_from_zero_to_zero(broker):
    connect(broker, "z").disconnect(0, {"session_expiry_interval": 0})
