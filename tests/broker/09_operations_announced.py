"""A v5 client is judged by the limits that its CONNACK told, whatever a reload made of them since; who connects later,
and clients of MQTT 3, by the new ones.  [MQTT-3.2.2-9] [MQTT-3.2.2-11] [MQTT-3.2.2-14] [MQTT-3.2.2-18]"""
from lib import Broker, connect, packets as p

LOWERED = {"topic_alias_maximum": 2, "maximum_qos": 0, "retain_available": False, "maximum_packet_size": 1000,
           "receive_maximum": 3, "wildcard_sub_available": False, "shared_sub_available": False,
           "sub_id_available": False}


def keeps_to(client):
    """What the limits of the start allow, and those of LOWERED do not."""
    for packet in (p.publish("a", b"x", 1, packet_id=1, properties={"topic_alias": 5}),
                   p.publish("", b"x", 1, packet_id=1, properties={"topic_alias": 5}),
                   p.publish("kept", b"x", 1, packet_id=1, retain=True), p.publish("a", b"x" * 5000, 1, packet_id=1)):
        client.send(packet)
        assert client.expect("PUBACK").reason in (0, 0x10)
    client.send(b"".join(p.publish("a", b"x", 2, packet_id=10 + number) for number in range(9)))
    for _ in range(9):
        client.expect("PUBREC")
    client.send(p.subscribe(1, [("a/#", 0)], properties={"subscription_identifier": 1}))
    client.send(p.subscribe(2, ["$share/g/a"]))
    client.expect("SUBACK", reasons=[0])
    client.expect("SUBACK", reasons=[0])


def test_lowered():
    with Broker() as broker:
        told = connect(broker, "told")
        old = connect(broker, "old", version=4)
        broker.write_config(limits=LOWERED)
        assert broker.reload()
        keeps_to(told)
        old.send(p.publish("a", b"x" * 5000, version=4))
        old.expect_closed()
        fresh = connect(broker, "fresh")
        assert fresh.connack.properties["receive_maximum"] == 3
        fresh.send(p.publish("a", b"x", 1, packet_id=1))
        fresh.expect("DISCONNECT", reason=0x9B)


def test_raised():
    with Broker(limits=LOWERED) as broker:
        told = connect(broker, "told")
        broker.write_config(limits={})
        assert broker.reload()
        told.send(p.publish("a", b"x", properties={"topic_alias": 5}))
        told.expect("DISCONNECT", reason=0x94)
        keeps_to(connect(broker, "fresh"))
