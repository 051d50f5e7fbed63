"""Reason strings and user properties are left out where they would make an answer larger than the client accepts.
[MQTT-3.1.2-24] [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3]
[MQTT-3.7.2-2] [MQTT-3.7.2-3] [MQTT-3.9.2-1] [MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2] [MQTT-3.14.2-3]
[MQTT-3.14.2-4] [MQTT-3.14.2-2]"""
from lib import connect, ledger, packets as p

config = dict(plugins=[ledger(default="allow", auth=[{"allow": True}], acl=[
    {"filters": [{"filter": "closed/#", "access": "deny"}]}])])
USER = {"user_property": [("k" * 50, "v" * 50)]}
SMALL = 60


def expect_small(client, kind, **fields):
    packet = client.expect(kind, **fields)
    assert len(packet.wire) <= SMALL, packet


def test_answers(broker):
    client = connect(broker, "small", properties={"maximum_packet_size": SMALL})
    assert len(client.connack.wire) <= SMALL
    client.send(p.publish("closed/x", b"", qos=1, packet_id=1, properties=USER))
    expect_small(client, "PUBACK", packet_id=1, reason=0x87)
    client.send(p.publish("closed/x", b"", qos=2, packet_id=2, properties=USER))
    expect_small(client, "PUBREC", packet_id=2, reason=0x87)
    client.send(p.pubrel(3, 0, USER))
    expect_small(client, "PUBCOMP", packet_id=3, reason=0x92)
    client.send(p.pubrec(4, 0, USER))
    expect_small(client, "PUBREL", packet_id=4, reason=0x92)
    client.send(p.subscribe(5, ["a#"], properties=USER))
    expect_small(client, "SUBACK", packet_id=5)
    client.send(p.unsubscribe(6, ["b"], properties=USER))
    expect_small(client, "UNSUBACK", packet_id=6)
    client.send(p.publish("", b"x"))
    expect_small(client, "DISCONNECT")
    client.expect_closed()
