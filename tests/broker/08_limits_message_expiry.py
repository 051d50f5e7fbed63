"""maximum_message_expiry_interval caps the life of every message that waits, and of retained ones that ask for an end.
[MQTT-3.3.2-5] [MQTT-3.3.2-6]  BEHAVIOUR 12.A row 13"""
from lib import connect

config = dict(limits={"maximum_message_expiry_interval": "1s"})
KEEP = {"session_expiry_interval": 100}


def test_longer_wish_is_cut(broker):
    client = connect(broker, "x")
    client.subscribe("t")
    connect(broker, "publisher").publish("t", b"m", properties={"message_expiry_interval": 1000})
    assert client.receive("t", b"m").properties["message_expiry_interval"] <= 1


def test_queued_messages_end(broker):
    """With a wish of their own or without."""
    client = connect(broker, "y", clean=False, properties=KEEP)
    client.subscribe("t", qos=1)
    client.disconnect()
    publisher = connect(broker, "publisher")
    connect(broker, "old", version=4).publish("t", b"queued", qos=1)
    publisher.publish("t", b"queued", qos=1)
    publisher.publish("t", b"queued", qos=1, properties={"message_expiry_interval": 1000})
    publisher.expect_silence(1.6)
    client = connect(broker, "y", clean=False, session=True, properties=KEEP)
    client.ping()


def test_retained_messages_end(broker):
    publisher = connect(broker, "publisher")
    publisher.publish("kept", b"1", retain=True, properties={"message_expiry_interval": 1000})
    publisher.expect_silence(1.6)
    client = connect(broker, "z")
    client.subscribe("kept", qos=1)
    client.ping()
