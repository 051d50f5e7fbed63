"""Taken over in the middle of QoS 2 in both directions: nothing is lost, nothing comes twice.
[MQTT-4.4.0-1] [MQTT-4.3.3-1] [MQTT-3.1.1: 4.4.0-1]  PITFALLS 2 an owed PUBREL is resent with the same packet id"""
from lib import connect, packets as p

KEEP = {"session_expiry_interval": 100}


def test_inbound_qos2(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("t", qos=2)
    first = connect(broker, "x", clean=False, properties=KEEP)
    first.send(p.publish("t", b"once", 2, packet_id=7))
    first.expect("PUBREC", packet_id=7)
    second = connect(broker, "x", clean=False, session=True, properties=KEEP)
    first.expect_disconnect(0x8E)
    second.send(p.publish("t", b"once", 2, dup=True, packet_id=7))
    assert second.expect("PUBREC", packet_id=7).reason < 0x80
    second.send(p.pubrel(7))
    second.expect("PUBCOMP", packet_id=7, reason=0)
    watcher.receive("t", b"once", qos=2)
    watcher.expect_nothing(after=second)


def test_outbound_qos2(broker):
    first = connect(broker, "y", clean=False, properties=KEEP)
    first.subscribe("t", qos=2)
    connect(broker, "publisher").publish("t", b"once", qos=2)
    message = first.receive("t", b"once", qos=2, ack=False)
    first.send(p.pubrec(message.packet_id))
    first.expect("PUBREL", packet_id=message.packet_id)
    second = connect(broker, "y", clean=False, session=True, properties=KEEP)
    first.expect_disconnect(0x8E)
    second.expect("PUBREL", packet_id=message.packet_id)
    second.send(p.pubcomp(message.packet_id))
    second.ping()
