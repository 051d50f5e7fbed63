"""limits.retain_available = false is announced and enforced.
[MQTT-3.2.2-13] [MQTT-3.2.2-14]  PITFALLS 1 row 12; BEHAVIOUR 12.B row 21"""
from lib import Client, connect, packets as p

config = dict(limits={"retain_available": False})


def test_publish(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    client = connect(broker, "x")
    assert client.connack.properties["retain_available"] == 0
    client.send(p.publish("t", b"kept?", retain=True))
    client.expect_disconnect(0x9A)
    watcher.expect_nothing(after=connect(broker, "other"))
    late = connect(broker, "late")
    late.subscribe("#")
    late.ping()


def test_publish_v3(broker):
    """Version 3 knows no such limit: the message goes on, and is not kept."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("t", retain_as_published=True)
    for version in (3, 4):
        connect(broker, "x", version=version).publish("t", b"live", qos=1, retain=True)
        watcher.receive("t", b"live", retain=False)
    late = connect(broker, "late")
    late.subscribe("#")
    late.ping()


def test_will(broker):
    client = Client(broker)
    client.send(p.connect("x", will=p.will(retain=True)))
    client.expect_refused(0x9A)
    connect(broker, "x", will=p.will()).ping()


def test_subscribe_still_works(broker):
    client = connect(broker, "x")
    client.subscribe("live")
    client.publish("live", b"1")
    client.receive("live", b"1")


def test_integer_spelling():
    """The *_available keys may be written 0 and 1."""
    from lib import Broker
    with Broker(limits={"retain_available": 0, "shared_sub_available": 1}) as broker:
        found = connect(broker, "x").connack.properties
        assert found["retain_available"] == 0 and found.get("shared_subscription_available", 1) == 1, found
