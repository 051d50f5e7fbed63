"""A PUBREC that refuses ends the exchange: no PUBREL, nothing at resume, and the identifier and quota are free.
[MQTT-4.3.3-4] [MQTT-4.4.0-2] [MQTT-4.9.0-2]"""
from lib import connect, packets as p

KEEP = dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": 1})


def test_refused(broker):
    subscriber = connect(broker, "sub", **KEEP)
    subscriber.subscribe("qos2", qos=2)
    publisher = connect(broker, "pub")
    for reason in (0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99):
        publisher.publish("qos2", b"refused", qos=2)
        message = subscriber.receive("qos2", b"refused", qos=2, ack=False)
        subscriber.send(p.pubrec(message.packet_id, reason))
        subscriber.ping()
    subscriber.disconnect()
    connect(broker, "sub", session=True, **KEEP).ping()
