"""The properties of a message reach every v5 subscriber unchanged, user properties in order with their repetitions;
a v3 subscriber gets the message without them.
[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] [MQTT-1.5.4-3]"""
from lib import connect

EVERYTHING = {
    "payload_format_indicator": 1, "content_type": "application/\ufeffjson; q=\u00fc",
    "response_topic": "answers/\u00e9/1", "correlation_data": bytes(range(256)),
    "user_property": [("z", "1"), ("a", "2"), ("z", "1"), ("", ""), ("a", "\U0001f600"), ("z", "0")],
}


def test_online_and_offline(broker):
    away = connect(broker, "away", properties={"session_expiry_interval": 300})
    away.subscribe("props/#", qos=2)
    away.disconnect()
    here, older = connect(broker, "here"), connect(broker, "older", version=4)
    for client in (here, older):
        client.subscribe("props/#", qos=2)
    publisher = connect(broker, "pub")
    for qos in (0, 1, 2):
        for name, properties in (("all", EVERYTHING), ("none", None),
                                 *((key, {key: value}) for key, value in EVERYTHING.items())):
            publisher.publish(f"props/{name}", b"x", qos=qos, properties=properties)
            others = [key for key in EVERYTHING if key not in (properties or {})]
            here.receive(f"props/{name}", b"x", qos=qos, has=properties, lacks=others)
            older.receive(f"props/{name}", b"x", qos=qos)
    again = connect(broker, "away", clean=False, session=True, properties={"session_expiry_interval": 300})
    for qos in (1, 2):
        again.receive("props/all", b"x", qos=qos, has=EVERYTHING)
        again.receive("props/none", b"x", qos=qos, lacks=list(EVERYTHING))
        for key, value in EVERYTHING.items():
            again.receive(f"props/{key}", b"x", qos=qos, has={key: value})


def test_indicator_zero(broker):
    client = connect(broker, "self")
    client.subscribe("zero")
    client.publish("zero", b"\xff", properties={"payload_format_indicator": 0})
    message = client.receive("zero", b"\xff")
    assert message.properties.get("payload_format_indicator", 0) == 0
