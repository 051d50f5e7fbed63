"""limits.wildcard_sub_available = false is announced; a wildcard filter is a protocol error then: 0xA2.
[MQTT-3.1.1: 3.8.3-2]  BEHAVIOUR 12.B row 21"""
from lib import connect, packets as p

config = dict(limits={"wildcard_sub_available": False})


def test_wildcards(broker):
    for filters in (["#"], ["a/+"], ["a/b", "+/b"], ["$share/g/#"]):
        client = connect(broker, "x")
        assert client.connack.properties["wildcard_subscription_available"] == 0
        client.send(p.subscribe(1, filters))
        client.expect_disconnect(0xA2)


def test_wildcards_v3(broker):
    for version in (3, 4):
        connect(broker, "x", version=version).subscribe("a", "a/#", expect=[0, 0x80])


def test_others(broker):
    client = connect(broker, "x")
    client.subscribe("a/b", "$share/g/a/b")
    client.publish("a/b", b"1")
    client.receive("a/b", b"1")
    client.receive("a/b", b"1")
