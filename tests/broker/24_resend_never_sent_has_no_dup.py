"""What waited without ever being sent has DUP 0 at its first delivery, after the repeated ones.
[MQTT-3.3.1-1] [MQTT-3.3.1-3]
PITFALLS 2 row 1, BEHAVIOUR 12.B row 3"""
from lib import connect

KEEP = dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": 3})


def test_dup_only_for_what_was_sent(broker):
    subscriber = connect(broker, "sub", **KEEP)
    subscriber.subscribe("resend", qos=2)
    publisher = connect(broker, "pub")
    for number in range(5):
        publisher.publish("resend", str(number), qos=number % 2 + 1)
    for number in range(3):
        subscriber.receive("resend", str(number), qos=number % 2 + 1, ack=False)
    subscriber.ping()
    subscriber.disconnect()
    for number in range(5, 8):
        publisher.publish("resend", str(number), qos=number % 2 + 1)
    again = connect(broker, "sub", session=True, **KEEP)
    for number in range(8):
        again.receive("resend", str(number), qos=number % 2 + 1, dup=number < 3)
    again.ping()
