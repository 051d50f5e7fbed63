"""Request Problem Information 0: no reason string or user property but in PUBLISH, CONNACK and DISCONNECT.
[MQTT-3.1.2-29]  BEHAVIOUR 12.B row 28"""
from lib import connect, packets as p

QUIET = {"request_problem_information": 0}


def test_publish_keeps_user_properties(broker):
    client = connect(broker, "x", properties=QUIET)
    client.subscribe("t")
    pairs = [("a", "1"), ("b", "2"), ("a", "3")]
    connect(broker, "publisher").publish("t", b"m", properties={"user_property": pairs})
    client.receive("t", b"m", has={"user_property": pairs})


def test_acks_are_bare(broker):
    client = connect(broker, "x", properties=QUIET)
    pair = {"user_property": [("k", "v")]}
    client.send(p.subscribe(1, ["fine"], properties=pair))
    assert client.expect("SUBACK", reasons=[0]).properties == {}
    client.send(p.unsubscribe(2, ["none"], properties=pair))
    assert client.expect("UNSUBACK", reasons=[0x11]).properties == {}
    client.send(p.publish("t", b"", 1, packet_id=3, properties=pair))
    assert client.expect("PUBACK").properties == {}
    client.send(p.pubrel(99, properties=pair))
    assert client.expect("PUBCOMP", reason=0x92).properties == {}


def test_user_properties_are_never_echoed(broker):
    """BEHAVIOUR 12.B row 35"""
    client = connect(broker, "x")
    pair = {"user_property": [("k", "v")]}
    client.send(p.subscribe(1, ["t"], properties=pair))
    client.expect("SUBACK", lacks=["user_property"])
    client.send(p.publish("other", b"", 1, packet_id=3, properties=pair))
    client.expect("PUBACK", lacks=["user_property"])
