"""PUBREC of an unknown identifier is answered PUBREL 0x92; an unknown PUBCOMP is ignored; both leave the connection
up.
[MQTT-3.6.2-1] [MQTT-4.3.3-4]
PITFALLS 2 row 5"""
from lib import connect, packets as p


def test_strays(broker):
    client = connect(broker, "sub")
    client.send(p.pubrec(321))
    client.expect("PUBREL", packet_id=321, reason=0x92)
    client.send(p.pubrec(321, 0x80))
    client.send(p.pubcomp(321))
    client.send(p.pubcomp(321, 0x92))
    client.ping()
    for version in (3, 4):
        older = connect(broker, "older", version=version)
        older.send(p.pubcomp(321, version=version))
        older.ping()
