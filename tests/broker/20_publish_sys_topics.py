"""Clients cannot publish below $SYS at any QoS, the answer is an acknowledgement or a close, never silence; other
topics that begin with "$", and "$sys" in another case, are not $SYS.
PITFALLS 1 row 17, BEHAVIOUR 12.B row 6, BEHAVIOUR 12.A row 22"""
from lib import connect, packets as p


def test_sys_is_refused(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("$SYS/forged/#", qos=2)
    client = connect(broker, "pub")
    client.publish("$SYS/forged/0", b"x")
    client.ping()
    for qos, kind in ((1, "PUBACK"), (2, "PUBREC")):
        client.send(p.publish("$SYS/forged/x", b"x", qos=qos, packet_id=qos))
        ack = client.expect(kind, packet_id=qos)
        assert ack.reason in (0x87, 0x90), ack
    client.publish("ordinary", b"still connected", qos=1)
    watcher.ping()


def test_sys_from_v3_is_not_forwarded(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("$SYS/forged/#", qos=2)
    client = connect(broker, "pub", version=4)
    client.send(p.publish("$SYS/forged/x", b"x", qos=1, packet_id=9, version=4))
    packet = client.next_packet()
    assert packet is None or packet.type == "PUBACK", packet
    watcher.ping()


def test_other_dollar_topics_are_free(broker):
    for topic in ("$sys/mine", "$SYSTEM/x", "$other/x"):
        client = connect(broker, "self")
        client.subscribe(topic, qos=1)
        client.publish(topic, b"x")
        client.receive(topic, b"x")
