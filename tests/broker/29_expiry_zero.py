"""A message with expiry 0 reaches who is connected, or nobody; it is never found later.
[MQTT-3.3.2-5]"""
from lib import connect


def test_zero(broker):
    properties = {"session_expiry_interval": 300}
    away = connect(broker, "away", properties=properties)
    away.subscribe("zero", qos=1)
    away.disconnect()
    publisher = connect(broker, "pub")
    publisher.publish("zero", b"x", qos=1, retain=True, properties={"message_expiry_interval": 0})
    publisher.expect_silence(1.3)
    again = connect(broker, "away", clean=False, session=True, properties=properties)
    again.subscribe("zero")
    again.ping()
