"""PUBREL packets come in the order of the PUBREC packets, whatever the order of the messages was.
[MQTT-4.6.0-4] [MQTT-3.1.1: 4.6.0-4]"""
from lib import connect, packets as p


def test_pubrel_order(broker):
    for version in (4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos2", qos=2)
        publisher = connect(broker, "pub")
        for number in range(50):
            publisher.publish("qos2", str(number), qos=2)
        ids = [subscriber.receive("qos2", str(n), qos=2, ack=False).packet_id for n in range(50)]
        mixed = ids[::3] + ids[2::3] + ids[1::3]
        subscriber.send(b"".join(p.pubrec(each, version=version) for each in mixed))
        for each in mixed:
            subscriber.expect("PUBREL", packet_id=each, reason=0)
        subscriber.send(b"".join(p.pubcomp(each, version=version) for each in mixed))
        subscriber.ping()
        subscriber.disconnect()
