"""limits.shared_sub_available = false is announced, and a shared filter gets 0x9E.
BEHAVIOUR 12.B row 21"""
from lib import connect

config = dict(limits={"shared_sub_available": False})


def test_shared(broker):
    client = connect(broker, "x")
    assert client.connack.properties["shared_subscription_available"] == 0
    client.subscribe("a", "$share/g/a", "b", expect=[0, 0x9E, 0])
    connect(broker, "publisher").publish("a", b"once", qos=1)
    client.receive("a", b"once")
    client.ping()


def test_shared_v3(broker):
    for version in (3, 4):
        connect(broker, "x", version=version).subscribe("$share/g/a", expect=0x80)
