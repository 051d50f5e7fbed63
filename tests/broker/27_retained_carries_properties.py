"""A stored message comes with all its properties, the remaining expiry, and the identifier of the new subscription.
[MQTT-3.3.4-3] [MQTT-3.3.2-4] [MQTT-3.3.2-6] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18]
[MQTT-3.3.2-20]
BEHAVIOUR 12.B row 12"""
from lib import connect

KEPT = {
    "payload_format_indicator": 1, "content_type": "text/plain", "response_topic": "answer/here",
    "correlation_data": b"\x00\xff", "user_property": [("b", "2"), ("a", "1"), ("b", "2")],
}


def test_properties(broker):
    publisher = connect(broker, "pub")
    publisher.publish("kept/p", b"x", qos=1, retain=True, properties={**KEPT, "message_expiry_interval": 100})
    client = connect(broker, "late")
    client.subscribe("kept/+", qos=1, properties={"subscription_identifier": 9})
    message = client.receive("kept/p", b"x", qos=1, retain=True, has={**KEPT, "subscription_identifier": [9]})
    assert 95 <= message.properties["message_expiry_interval"] <= 100, message
    client.subscribe("kept/p", qos=1, properties={"subscription_identifier": 10})
    client.receive("kept/p", b"x", qos=1, retain=True, has={**KEPT, "subscription_identifier": [10]})
    client.subscribe("kept/#")
    client.receive("kept/p", b"x", retain=True, has=KEPT, lacks=["subscription_identifier"])
