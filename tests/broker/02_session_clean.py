"""Clean start throws away the old session: subscriptions and messages.
[MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-3.1.1: 3.1.2-6] [MQTT-3.1.1: 3.1.2-7]
PITFALLS 2 subscriptions of an ended session are gone before the next CONNECT of that id; BEHAVIOUR 12.B row 7"""
from lib import connect

KEEP = {"session_expiry_interval": 100}


def test_clean_start(broker):
    for version in (3, 4, 5):
        arguments = {"properties": KEEP} if version == 5 else {}
        publisher = connect(broker, "publisher")
        publisher.publish("kept", b"retained", retain=True)
        client = connect(broker, "x", version=version, clean=False, **arguments)
        client.subscribe("t", qos=1)
        client.disconnect()
        publisher.publish("t", b"old", qos=1)
        client = connect(broker, "x", version=version, clean=True, session=False, **arguments)
        client.expect_nothing(after=publisher)
        publisher.publish("t", b"new", qos=1)
        client.expect_nothing(after=publisher)
        client.subscribe("kept")
        client.receive("kept", b"retained", retain=True)
        client.disconnect()


def test_v4_clean_session_ends_with_its_connection(broker):
    client = connect(broker, "short", version=4, clean=True)
    client.subscribe("t", qos=1)
    client.disconnect()
    again = connect(broker, "short", version=4, clean=False, session=False)
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"x", qos=1)
    again.expect_nothing(after=publisher)
