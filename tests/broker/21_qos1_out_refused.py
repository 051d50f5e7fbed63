"""A PUBACK that refuses still acknowledges: the message is not sent again and its identifier is free.
[MQTT-4.4.0-2]"""
from lib import connect, packets as p

KEEP = dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": 1})


def test_refused_is_done(broker):
    subscriber = connect(broker, "sub", **KEEP)
    subscriber.subscribe("qos1", qos=1)
    publisher = connect(broker, "pub")
    for reason in (0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99):
        publisher.publish("qos1", b"refused", qos=1)
        message = subscriber.receive("qos1", b"refused", qos=1, ack=False)
        subscriber.send(p.puback(message.packet_id, reason, {"reason_string": "no", "user_property": [("a", "b")]}))
        subscriber.ping()
    subscriber.disconnect()
    connect(broker, "sub", session=True, **KEEP).ping()
