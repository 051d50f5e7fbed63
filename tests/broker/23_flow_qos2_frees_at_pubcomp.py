"""A QoS 2 delivery takes its place in the window until PUBCOMP, or until a PUBREC that refuses.
[MQTT-3.3.4-9] [MQTT-4.9.0-2]"""
from lib import connect, packets as p


def test_qos2_window(broker):
    subscriber = connect(broker, "sub", properties={"receive_maximum": 1})
    subscriber.subscribe("window", qos=2)
    publisher = connect(broker, "pub")
    for number in range(4):
        publisher.publish("window", str(number), qos=2)
    for number in (0, 1):
        message = subscriber.receive("window", str(number), qos=2, ack=False)
        subscriber.ping()
        subscriber.send(p.pubrec(message.packet_id))
        subscriber.expect("PUBREL", packet_id=message.packet_id)
        subscriber.ping()
        subscriber.send(p.pubcomp(message.packet_id))
    message = subscriber.receive("window", b"2", qos=2, ack=False)
    subscriber.send(p.pubrec(message.packet_id, 0x83))
    subscriber.receive("window", b"3", qos=2)
    subscriber.ping()
