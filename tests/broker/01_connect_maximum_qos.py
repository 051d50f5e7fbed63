"""limits.maximum_qos is announced and enforced: publishes above it end the connection, subscriptions are granted less.
[MQTT-3.2.2-9] [MQTT-3.2.2-10] [MQTT-3.2.2-11] [MQTT-3.2.2-12]  PITFALLS 1 row 12; BEHAVIOUR 12.B row 21"""
from lib import Client, connect, packets as p

config = dict(limits={"maximum_qos": 1})


def test_publish_above(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    client = connect(broker, "x")
    assert client.connack.properties["maximum_qos"] == 1
    client.publish("t", b"fine", qos=1)
    watcher.receive("t", b"fine")
    client.send(p.publish("t", b"above", 2, packet_id=9))
    client.expect_disconnect(0x9B)
    watcher.expect_nothing(after=connect(broker, "other"))


def test_publish_above_v3(broker):
    """Version 3 cannot be told of the limit: the connection ends, and the message goes nowhere."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    for version in (3, 4):
        client = connect(broker, "x", version=version)
        client.send(p.publish("t", b"above", 2, packet_id=9, version=version))
        client.expect_closed()
    watcher.expect_nothing(after=connect(broker, "other"))


def test_subscriptions_are_granted_less(broker):
    for version in (3, 4, 5):
        client = connect(broker, "x", version=version)
        client.subscribe(("a", 0), ("b", 1), ("c", 2), expect=[0, 1, 1])


def test_will_above(broker):
    client = Client(broker)
    client.send(p.connect("x", will=p.will(qos=2)))
    client.expect_refused(0x9B)
    connect(broker, "x", will=p.will(qos=1)).ping()
    old = Client(broker, 4)
    old.send(p.connect("x", version=4, will=p.will(qos=2)))
    packet = old.next_packet()
    assert packet is None or (packet.type == "CONNACK" and packet.reason), packet


def test_zero():
    from lib import Broker
    with Broker(limits={"maximum_qos": 0}) as broker:
        client = connect(broker, "x")
        assert client.connack.properties["maximum_qos"] == 0
        client.subscribe(("a", 0), ("b", 1), ("c", 2), expect=[0, 0, 0])
        client.publish("b", b"x")
        client.receive("b", b"x")
        client.send(p.publish("b", b"x", 1))
        client.expect_disconnect(0x9B)
