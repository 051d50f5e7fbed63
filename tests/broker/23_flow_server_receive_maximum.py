"""The server announces its Receive Maximum and accepts that many open QoS 2 messages; one more is answered 0x93 and
closed. A QoS 0 publish never counts.
[MQTT-3.3.4-7] [MQTT-4.9.0-1] [MQTT-4.13.2-1]
PITFALLS 2 row 6"""
from lib import connect, packets as p

config = dict(limits={"receive_maximum": 5})


def test_limit(broker):
    client = connect(broker, "pub")
    assert client.connack.properties["receive_maximum"] == 5
    for packet_id in range(1, 6):
        client.send(p.publish("flow", b"x", qos=2, packet_id=packet_id))
        assert client.expect("PUBREC", packet_id=packet_id).reason < 0x80
    for _ in range(20):
        client.publish("flow", b"qos 0 is free")
    client.ping()
    client.send(p.publish("flow", b"x", qos=2, packet_id=6))
    client.expect_disconnect(0x93)


def test_duplicate_does_not_count(broker):
    client = connect(broker, "pub")
    for packet_id in (1, 2, 3, 4, 5, 5, 1, 3):
        client.send(p.publish("flow", b"x", qos=2, packet_id=packet_id, dup=True))
        assert client.expect("PUBREC", packet_id=packet_id).reason < 0x80
    client.send(p.pubrel(3))
    client.expect("PUBCOMP", packet_id=3, reason=0)
    client.publish("flow", b"x", qos=2, packet_id=77)
    client.publish("flow", b"x", qos=1, packet_id=78)
    for _ in range(20):
        client.send(p.pubrel(999))
        client.expect("PUBCOMP", packet_id=999, reason=0x92)
    client.send(p.publish("flow", b"x", qos=2, packet_id=6))
    assert client.expect("PUBREC", packet_id=6).reason < 0x80
    client.send(p.publish("flow", b"x", qos=2, packet_id=7))
    client.expect_disconnect(0x93)
