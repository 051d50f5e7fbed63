"""A stored message with an expiry is gone when it has passed, and not before.
[MQTT-3.3.2-5] [MQTT-3.3.2-6]"""
from lib import connect


def test_expiry(broker):
    publisher = connect(broker, "pub")
    publisher.publish("kept/short", b"x", qos=1, retain=True, properties={"message_expiry_interval": 2})
    publisher.publish("kept/long", b"x", qos=1, retain=True, properties={"message_expiry_interval": 100})
    early = connect(broker, "early")
    early.subscribe("kept/short", qos=1)
    early.receive("kept/short", b"x", qos=1, retain=True)
    early.expect_silence(3.3)
    late = connect(broker, "late")
    late.subscribe("kept/#", qos=1)
    message = late.receive("kept/long", b"x", qos=1, retain=True)
    assert 90 <= message.properties["message_expiry_interval"] <= 98, message
    late.ping()
