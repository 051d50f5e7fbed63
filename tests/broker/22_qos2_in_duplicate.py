"""Until PUBREL, a repeated QoS 2 PUBLISH gets a success PUBREC each time, DUP or not, and is delivered once.
[MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-3.1.1: 4.3.3-2]
PITFALLS 1 row 5, PITFALLS 2 row 3, BEHAVIOUR 12.B row 4"""
from lib import connect, packets as p


def test_duplicate_before_pubrel(broker):
    for version in (3, 4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos2", qos=2)
        publisher = connect(broker, "pub", version=version)
        publisher.send(p.publish("qos2", b"once", qos=2, packet_id=9, version=version))
        publisher.expect("PUBREC", packet_id=9, reason=0)
        for dup in (True, True, False):
            publisher.send(p.publish("qos2", b"once", qos=2, packet_id=9, dup=dup, version=version))
            publisher.expect("PUBREC", packet_id=9, reason=0)
        publisher.send(p.pubrel(9, version=version))
        publisher.expect("PUBCOMP", packet_id=9, reason=0)
        subscriber.receive("qos2", b"once", qos=2)
        subscriber.expect_nothing(after=publisher)
        subscriber.disconnect()
