"""Messages of one publisher and QoS keep their order through windows of every size, pipelined acknowledgements
included.
[MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT-3.1.1: 4.6.0-5] [MQTT-3.1.1: 4.6.0-6]
BEHAVIOUR 12.B row 2"""
from lib import connect, packets as p

COUNT = 300


def publish_all(publisher, qos):
    for start in range(0, COUNT, 50):
        numbers = range(start, start + 50)
        publisher.send(b"".join(p.publish("order", str(n), qos=qos, packet_id=n + 1) for n in numbers))
        for number in numbers:
            publisher.expect("PUBACK" if qos == 1 else "PUBREC", packet_id=number + 1)
        if qos == 2:
            publisher.send(b"".join(p.pubrel(number + 1) for number in numbers))
            for number in numbers:
                publisher.expect("PUBCOMP", packet_id=number + 1, reason=0)


def test_order(broker):
    for qos in (1, 2):
        subscribers = {maximum: connect(broker, f"sub{maximum}", properties={"receive_maximum": maximum})
                       for maximum in (1, 2, 3, 10, 400)}
        for subscriber in subscribers.values():
            subscriber.subscribe("order", qos=qos)
        publisher = connect(broker, "pub")
        publish_all(publisher, qos)
        for maximum, subscriber in subscribers.items():
            for number in range(COUNT):
                subscriber.receive("order", str(number), qos=qos)
            subscriber.ping()
            subscriber.disconnect()
