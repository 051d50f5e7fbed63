"""No more than the client's Receive Maximum of QoS 1 and 2 messages is under way; each acknowledgement lets one more
come, and the order stays.
[MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2] [MQTT-4.6.0-5] [MQTT-4.6.0-6]
BEHAVIOUR 12.B row 2"""
from lib import connect


def test_window(broker):
    for maximum in (1, 2, 7):
        subscriber = connect(broker, "sub", properties={"receive_maximum": maximum})
        subscriber.subscribe("window/#", qos=1)
        publisher = connect(broker, "pub")
        for number in range(30):
            publisher.publish("window/x", str(number), qos=1)
        waiting = [subscriber.receive("window/x", str(n), qos=1, ack=False) for n in range(maximum)]
        subscriber.ping()
        for number in range(maximum, 30):
            subscriber.acknowledge(waiting.pop(0))
            waiting.append(subscriber.receive("window/x", str(number), qos=1, ack=False))
            subscriber.ping()
        for message in waiting:
            subscriber.acknowledge(message)
        subscriber.ping()
        subscriber.disconnect()
