"""Session present tells the truth.
[MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-3.1.2-6] [MQTT-3.1.4-4] [MQTT-3.2.2-2] [MQTT-3.2.2-3]
[MQTT-3.1.1: 3.1.2-4] [MQTT-3.1.1: 3.1.2-6] [MQTT-3.1.1: 3.1.4-3] [MQTT-3.1.1: 3.2.2-1] [MQTT-3.1.1: 3.2.2-2]
[MQTT-3.1.1: 3.2.2-3]
PITFALLS 2 session present is 1 only if there was state; BEHAVIOUR 12.B row 8"""
from lib import connect

KEEP = {"session_expiry_interval": 100}


def test_v5(broker):
    connect(broker, "five", clean=False, session=False, properties=KEEP).disconnect()
    connect(broker, "five", clean=False, session=True, properties=KEEP).disconnect()
    connect(broker, "five", clean=True, session=False, properties=KEEP).disconnect()
    connect(broker, "five", clean=False, session=True).disconnect()
    connect(broker, "five", clean=False, session=False).disconnect()


def test_v4(broker):
    connect(broker, "four", version=4, clean=False, session=False).disconnect()
    connect(broker, "four", version=4, clean=False, session=True).disconnect()
    connect(broker, "four", version=4, clean=True, session=False).disconnect()
    connect(broker, "four", version=4, clean=False, session=False).disconnect()
    connect(broker, "four", version=4, clean=True, session=False)


def test_across_versions(broker):
    """A session survives a change of protocol version."""
    first = connect(broker, "mixed", version=4, clean=False, session=False)
    first.subscribe("mixed/t", qos=1)
    first.disconnect()
    publisher = connect(broker, "publisher")
    publisher.publish("mixed/t", b"1", qos=1)
    second = connect(broker, "mixed", version=5, clean=False, session=True, properties=KEEP)
    second.receive("mixed/t", b"1", qos=1)
    second.disconnect()
    third = connect(broker, "mixed", version=4, clean=False, session=True)
    publisher.publish("mixed/t", b"2", qos=1)
    third.receive("mixed/t", b"2", qos=1)


def test_after_expiry_zero_connection_is_taken_over(broker):
    """A v5 session of expiry 0 ends with its connection, also when that is taken over."""
    first = connect(broker, "zero", clean=False)
    first.subscribe("zero/t", qos=1)
    second = connect(broker, "zero", clean=False, session=False, properties=KEEP)
    first.expect_disconnect(0x8E)
    connect(broker, "publisher").publish("zero/t", b"x", qos=1)
    second.ping()
