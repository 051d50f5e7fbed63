"""limits.wildcard_sub_available = false is announced, and a wildcard filter gets 0xA2.
[MQTT-3.1.1: 3.8.3-2]  BEHAVIOUR 12.B row 21"""
from lib import connect

config = dict(limits={"wildcard_sub_available": False})


def test_wildcards(broker):
    client = connect(broker, "x")
    assert client.connack.properties["wildcard_subscription_available"] == 0
    client.subscribe("#", "a/+", "a/b", "+/b", "$share/g/#", expect=[0xA2, 0xA2, 0, 0xA2, 0xA2])
    connect(broker, "publisher").publish("a/b", b"once", qos=1)
    client.receive("a/b", b"once")
    client.ping()


def test_wildcards_v3(broker):
    for version in (3, 4):
        connect(broker, "x", version=version).subscribe("a/#", expect=0x80)
