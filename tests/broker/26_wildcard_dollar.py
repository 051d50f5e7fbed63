"""A filter that begins with a wildcard does not match topics that begin with "$", live or stored, ordinary or
shared; a wildcard further on does.
[MQTT-4.7.2-1] [MQTT-3.1.1: 4.7.2-1]
BEHAVIOUR 12.B row 14"""
from lib import connect

TOPIC = "$foo/bar"


def test_live_and_stored(broker):
    publisher = connect(broker, "pub")
    publisher.publish(TOPIC, b"kept", qos=1, retain=True)
    for version in (4, 5):
        for topic_filter in ("#", "+/bar", "+/#", "+/+"):
            client = connect(broker, "sub", version=version)
            client.subscribe(topic_filter)
            publisher.publish(TOPIC, b"live")
            publisher.publish("other/bar", b"seen")
            client.receive("other/bar", b"seen")
            client.disconnect()
        for topic_filter in ("$foo/#", "$foo/+", "$foo/bar", "$foo/bar/#"):
            client = connect(broker, "sub", version=version)
            client.subscribe(topic_filter)
            client.receive(TOPIC, b"kept", retain=True)
            publisher.publish(TOPIC, b"live")
            client.receive(TOPIC, b"live")
            client.disconnect()


def test_shared(broker):
    publisher = connect(broker, "pub")
    client = connect(broker, "sub")
    client.subscribe("$share/g/#", "$share/h/+/bar")
    publisher.publish(TOPIC, b"live")
    client.expect_nothing(after=publisher)
    client.unsubscribe("$share/g/#", "$share/h/+/bar")
    client.subscribe("$share/g/$foo/#")
    publisher.publish(TOPIC, b"live")
    client.receive(TOPIC, b"live")


def test_sys_needs_its_name(broker):
    client = connect(broker, "sub")
    client.subscribe("#", "+/broker/version")
    client.ping()
    client.subscribe("$SYS/broker/version")
    client.expect("PUBLISH", topic="$SYS/broker/version")
