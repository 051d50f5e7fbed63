"""limits.shared_sub_available = false is announced; a shared filter is a protocol error then: 0x9E.
BEHAVIOUR 12.B row 21"""
from lib import connect, packets as p

config = dict(limits={"shared_sub_available": False})


def test_shared(broker):
    for filters in (["$share/g/a"], ["a", "$share/g/a", "b"]):
        client = connect(broker, "x")
        assert client.connack.properties["shared_subscription_available"] == 0
        client.send(p.subscribe(1, filters))
        client.expect_disconnect(0x9E)


def test_shared_v3(broker):
    """Version 3 knows no shared subscriptions and no such error: the filter is refused."""
    for version in (3, 4):
        connect(broker, "x", version=version).subscribe("a", "$share/g/a", expect=[0, 0x80])


def test_others(broker):
    client = connect(broker, "x")
    client.subscribe("a", "share/g/a", "$shared/g/a")
    client.publish("a", b"1")
    client.receive("a", b"1")
