"""DISCONNECT 0x00 discards the will, and no will is published without one.
[MQTT-3.14.4-3] [MQTT-3.1.2-10] [MQTT-3.1.1: 3.14.4-3] [MQTT-3.1.1: 3.1.2-10] [MQTT-3.1.1: 3.1.2-12]"""
from lib import connect, packets as p


def test_normal_disconnect(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    for version in (3, 4, 5):
        connect(broker, "x", version=version, will=p.will("will/x")).disconnect()
    connect(broker, "x", will=p.will("will/x")).disconnect(0x00)
    connect(broker, "x", will=p.will("will/x")).disconnect(0x00, {"reason_string": "bye"})
    watcher.expect_nothing(after=connect(broker, "other"))


def test_disconnect_and_reset_together(broker):
    """The DISCONNECT counts even if the connection breaks right behind it."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    client = connect(broker, "x", will=p.will("will/x"))
    client.send(p.disconnect())
    client.close()
    connect(broker, "x").ping()
    watcher.expect_nothing(after=connect(broker, "other"))


def test_no_will(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    for version in (3, 4, 5):
        connect(broker, "x", version=version).close()
        connect(broker, "x", version=version).ping()
    watcher.expect_nothing(after=connect(broker, "other"))


def test_will_of_an_earlier_connection(broker):
    """A reconnect without a will has none, also if the session goes on."""
    keep = {"session_expiry_interval": 100}
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    connect(broker, "x", clean=False, will=p.will("will/x"), properties=keep).disconnect()
    connect(broker, "x", clean=False, session=True, properties=keep).close()
    connect(broker, "x", clean=False, session=True, properties=keep).disconnect()
    watcher.expect_nothing(after=connect(broker, "other"))
