"""A repeated PUBREC before PUBCOMP is answered with PUBREL again, with success.
[MQTT-4.3.3-4] [MQTT-3.6.2-1] [MQTT-3.1.1: 4.3.3-1]"""
from lib import connect, packets as p


def test_repeated_pubrec(broker):
    for version in (4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos2", qos=2)
        connect(broker, "pub").publish("qos2", b"x", qos=2)
        message = subscriber.receive("qos2", b"x", qos=2, ack=False)
        for _ in range(3):
            subscriber.send(p.pubrec(message.packet_id, version=version))
            subscriber.expect("PUBREL", packet_id=message.packet_id, reason=0)
        subscriber.send(p.pubcomp(message.packet_id, version=version))
        subscriber.ping()
        subscriber.disconnect()
