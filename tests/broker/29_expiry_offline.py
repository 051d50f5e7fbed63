"""A message whose expiry passed while it waited is never delivered: not to an offline client, not behind a full
window; what has not expired is, in order.
[MQTT-3.3.2-5]"""
from lib import connect

KEEP = {"session_expiry_interval": 300, "receive_maximum": 1}
SHORT = {"message_expiry_interval": 1}
LONG = {"message_expiry_interval": 100}


def test_expired_is_gone(broker):
    away = connect(broker, "away", properties=KEEP)
    away.subscribe("expiry", qos=2)
    away.disconnect()
    narrow = connect(broker, "narrow", properties=KEEP)
    narrow.subscribe("expiry", qos=2)
    publisher = connect(broker, "pub")
    publisher.publish("expiry", b"first", qos=1)
    held = narrow.receive("expiry", b"first", qos=1, ack=False)
    for number in range(10):
        publisher.publish("expiry", b"gone", qos=number % 2 + 1, properties=SHORT)
        publisher.publish("expiry", str(number), qos=number % 2 + 1, properties=LONG)
    publisher.expect_silence(2.3)
    narrow.acknowledge(held)
    away = connect(broker, "away", clean=False, session=True, properties=KEEP)
    away.receive("expiry", b"first", qos=1)
    for client in (narrow, away):
        for number in range(10):
            client.receive("expiry", str(number), qos=number % 2 + 1)
        client.ping()
