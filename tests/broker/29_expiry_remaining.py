"""The forwarded message expiry is what remains: less by the time that the message waited in the server.
[MQTT-3.3.2-6]"""
from lib import connect

KEEP = {"session_expiry_interval": 300}


def test_remaining(broker):
    online = connect(broker, "online")
    online.subscribe("expiry", qos=1)
    away = connect(broker, "away", properties=KEEP)
    away.subscribe("expiry", qos=1)
    away.disconnect()
    connect(broker, "pub").publish("expiry", b"x", qos=1, properties={"message_expiry_interval": 60})
    message = online.receive("expiry", b"x", qos=1)
    assert message.properties["message_expiry_interval"] in (59, 60), message
    online.expect_silence(2.2)
    away = connect(broker, "away", clean=False, session=True, properties=KEEP)
    message = away.receive("expiry", b"x", qos=1)
    assert 50 <= message.properties["message_expiry_interval"] <= 58, message
