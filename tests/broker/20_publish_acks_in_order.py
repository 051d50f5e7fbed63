"""PUBACK, PUBREC and PUBCOMP come in the order of the packets they answer.
[MQTT-4.6.0-2] [MQTT-4.6.0-3] [MQTT-2.2.1-5] [MQTT-3.1.1: 4.6.0-2] [MQTT-3.1.1: 4.6.0-3] [MQTT-3.1.1: 2.3.1-6]"""
from lib import connect, packets as p


def test_order_of_acks(broker):
    for version in (4, 5):
        publisher = connect(broker, "pub", version=version)
        ids = [number * 17 % 251 + 1 for number in range(200)]
        publisher.send(b"".join(p.publish("order", b"", qos=1, packet_id=each, version=version) for each in ids))
        for each in ids:
            publisher.expect("PUBACK", packet_id=each)
        publisher.send(b"".join(p.publish("order", b"", qos=2, packet_id=each, version=version) for each in ids))
        for each in ids:
            publisher.expect("PUBREC", packet_id=each)
        publisher.send(b"".join(p.pubrel(each, version=version) for each in reversed(ids)))
        for each in reversed(ids):
            publisher.expect("PUBCOMP", packet_id=each, reason=0)
