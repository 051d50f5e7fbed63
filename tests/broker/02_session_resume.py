"""A session keeps subscriptions and messages while its client is away.
[MQTT-3.1.2-5] [MQTT-3.1.2-23] [MQTT-4.1.0-1] [MQTT-3.1.1: 3.1.2-4] [MQTT-3.1.1: 3.1.2-5] [MQTT-3.1.1: 4.1.0-1]
[MQTT-3.1.1: 4.1.0-2]"""
from lib import connect

KEEP = {"session_expiry_interval": 100}


def resume(broker, version):
    arguments = {"properties": KEEP} if version == 5 else {}
    return connect(broker, f"away{version}", version=version, clean=False, **arguments)


def test_offline_messages(broker):
    for version in (3, 4, 5):
        client = resume(broker, version)
        client.subscribe(("a/+", 1), ("b/#", 2), ("c", 0))
        client.disconnect()
        publisher = connect(broker, "publisher")
        for number in range(20):
            publisher.publish("a/x", f"a{number}", qos=1)
            publisher.publish("b/x/y", f"b{number}", qos=2)
        client = resume(broker, version)
        if version > 3:
            assert client.connack.session_present
        for number in range(20):
            client.receive("a/x", f"a{number}".encode(), qos=1)
            client.receive("b/x/y", f"b{number}".encode(), qos=2)
        client.expect_nothing(after=publisher)
        publisher.publish("c", b"live")
        client.receive("c", b"live")
        client.unsubscribe("a/+", "b/#", "c")
        client.disconnect()


def test_after_a_broken_connection(broker):
    """The session does not depend on DISCONNECT."""
    for way in ("close", "reset"):
        client = resume(broker, 5)
        client.subscribe("t", qos=1)
        getattr(client, way)()
        client = resume(broker, 5)
        connect(broker, "publisher").publish("t", b"m", qos=1)
        client.receive("t", b"m", qos=1)
        client.disconnect()


def test_many_sessions(broker):
    """With several workers each session lives on one of them."""
    names = [f"many{number}" for number in range(16)]
    for name in names:
        client = connect(broker, name, clean=False, properties=KEEP)
        client.subscribe(f"to/{name}", "to/all", qos=1)
        client.disconnect()
    publisher = connect(broker, "publisher")
    publisher.publish("to/all", b"all", qos=1)
    for name in names:
        publisher.publish(f"to/{name}", name.encode(), qos=1)
    for name in names:
        client = connect(broker, name, clean=False, session=True, properties=KEEP)
        client.receive("to/all", b"all", qos=1)
        client.receive(f"to/{name}", name.encode(), qos=1)
        client.ping()
