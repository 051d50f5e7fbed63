"""Message expiry never ends a QoS 2 exchange: one past PUBREC goes on after a resume, a sent PUBLISH is completed,
and an incoming one gets its PUBCOMP.
[MQTT-4.3.3-7] [MQTT-4.3.3-13]
PITFALLS 2 row 4"""
from lib import connect, packets as p

KEEP = dict(clean=False, properties={"session_expiry_interval": 300})
SHORT = {"message_expiry_interval": 2}


def test_expiry(broker):
    subscriber = connect(broker, "sub", **KEEP)
    subscriber.subscribe("qos2", qos=2)
    publisher = connect(broker, "pub")
    publisher.publish("qos2", b"past PUBREC", qos=2, properties=SHORT)
    publisher.publish("qos2", b"sent", qos=2, properties=SHORT)
    past = subscriber.receive("qos2", b"past PUBREC", qos=2, ack=False)
    sent = subscriber.receive("qos2", b"sent", qos=2, ack=False)
    subscriber.send(p.pubrec(past.packet_id))
    subscriber.expect("PUBREL", packet_id=past.packet_id, reason=0)
    publisher.send(p.publish("other", b"x", qos=2, packet_id=6, properties=SHORT))
    assert publisher.expect("PUBREC", packet_id=6).reason < 0x80
    publisher.expect_silence(3.5)
    publisher.send(p.pubrel(6))
    publisher.expect("PUBCOMP", packet_id=6, reason=0)
    subscriber.send(p.pubrec(sent.packet_id))
    subscriber.expect("PUBREL", packet_id=sent.packet_id, reason=0)
    subscriber.close()
    again = connect(broker, "sub", session=True, **KEEP)
    for message in (past, sent):
        again.expect("PUBREL", packet_id=message.packet_id, reason=0)
        again.send(p.pubcomp(message.packet_id))
    again.ping()
