"""A stored message is the same for subscribers on every worker, as soon as its publisher has its acknowledgement.
[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.1.1: 3.3.1-5] [MQTT-3.1.1: 3.3.1-10]"""
from lib import connect, many


def test_same_everywhere(broker):
    publishers = many(broker, "pub", 4)
    subscribers = many(broker, "sub", 6)
    for round_number in range(10):
        publishers[round_number % 4].publish("kept/x", str(round_number), qos=1, retain=True)
        for subscriber in subscribers:
            subscriber.subscribe("kept/x" if round_number % 2 else "kept/#")
            subscriber.receive("kept/x", str(round_number), retain=True)
            subscriber.unsubscribe("kept/x" if round_number % 2 else "kept/#")
        publishers[(round_number + 1) % 4].publish("kept/x", b"", qos=1, retain=True)
        for subscriber in subscribers:
            subscriber.subscribe("kept/+")
            subscriber.ping()
            subscriber.unsubscribe("kept/+")
    assert connect(broker, "last").subscribe("kept/x") == [0]
