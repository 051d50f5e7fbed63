"""What was under way when the client went comes first, then what arrived while it was away, then what is new.
[MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-4.6.0-5]
PITFALLS 2 row 1"""
from lib import connect

KEEP = dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": 4})


def test_three_ages(broker):
    client = connect(broker, "sub", **KEEP)
    client.subscribe("ages", qos=2)
    publisher = connect(broker, "pub")
    for number in range(8):
        publisher.publish("ages", str(number), qos=1 + number % 2)
    for number in range(4):
        client.receive("ages", str(number), qos=1 + number % 2, ack=False)
    client.disconnect()
    for number in range(8, 12):
        publisher.publish("ages", str(number), qos=1 + number % 2)
    client = connect(broker, "sub", session=True, **KEEP)
    for number in range(12, 16):
        publisher.publish("ages", str(number), qos=1 + number % 2)
    for number in range(16):
        client.receive("ages", str(number), qos=1 + number % 2, dup=number < 4)
    client.ping()
