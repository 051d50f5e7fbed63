"""A PUBACK for an identifier that is not open is ignored; the connection and open messages live on.
[MQTT-4.3.2-3]
PITFALLS 2 row 5"""
from lib import connect, packets as p


def test_stray_puback(broker):
    for version in (3, 4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos1", qos=1)
        publisher = connect(broker, "pub")
        publisher.publish("qos1", b"open", qos=1)
        message = subscriber.receive("qos1", b"open", qos=1, ack=False)
        for packet_id in (message.packet_id + 1, 40000, 65535):
            subscriber.send(p.puback(packet_id, version=version))
        subscriber.ping()
        subscriber.acknowledge(message)
        subscriber.acknowledge(message)
        subscriber.ping()
        publisher.publish("qos1", b"next", qos=1)
        subscriber.receive("qos1", b"next", qos=1)
        subscriber.disconnect()
