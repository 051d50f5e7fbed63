"""PUBREL of an unknown identifier is answered PUBCOMP 0x92, a repeated PUBREL is answered too, and neither ends the
connection.
[MQTT-4.3.3-11] [MQTT-3.7.2-1] [MQTT-3.1.1: 4.3.3-2]
PITFALLS 2 row 2"""
from lib import connect, packets as p


def test_unknown(broker):
    client = connect(broker, "pub")
    client.send(p.pubrel(123))
    client.expect("PUBCOMP", packet_id=123, reason=0x92)
    older = connect(broker, "older", version=4)
    older.send(p.pubrel(123, version=4))
    older.expect("PUBCOMP", packet_id=123)
    older.ping()


def test_repeated(broker):
    client = connect(broker, "pub")
    client.publish("qos2", b"x", qos=2, packet_id=5)
    client.send(p.pubrel(5))
    repeated = client.expect("PUBCOMP", packet_id=5)
    assert repeated.reason in (0x00, 0x92), repeated
    client.ping()
