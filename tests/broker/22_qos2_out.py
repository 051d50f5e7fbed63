"""A QoS 2 delivery: PUBLISH stays open until PUBREC, PUBREL follows with the same identifier and stays open until
PUBCOMP; nothing is repeated on the same connection.
[MQTT-4.3.3-2] [MQTT-4.3.3-3] [MQTT-4.3.3-4] [MQTT-4.3.3-5] [MQTT-4.4.0-1] [MQTT-3.6.2-1] [MQTT-2.2.1-5]
[MQTT-3.1.1: 4.3.3-1] [MQTT-3.1.1: 2.3.1-6]"""
from lib import connect, packets as p


def test_out(broker):
    for version in (3, 4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos2", qos=2)
        publisher = connect(broker, "pub")
        publisher.publish("qos2", b"x", qos=2)
        message = subscriber.receive("qos2", b"x", qos=2, ack=False)
        subscriber.ping()
        subscriber.send(p.pubrec(message.packet_id, version=version))
        subscriber.expect("PUBREL", packet_id=message.packet_id, reason=0)
        subscriber.ping()
        subscriber.send(p.pubcomp(message.packet_id, version=version))
        subscriber.ping()
        subscriber.expect_nothing(after=publisher)
        subscriber.disconnect()
