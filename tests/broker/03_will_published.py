"""A connection that ends without DISCONNECT publishes its will, once, with its QoS.
[MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT-3.1.2-10] [MQTT-3.1.2-14] [MQTT-3.1.1: 3.1.2-8] [MQTT-3.1.1: 3.1.2-10]
[MQTT-3.1.1: 3.1.2-16]"""
from lib import connect, many, packets as p


def test_each_version_and_qos(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#", qos=2)
    for version in (3, 4, 5):
        for qos in (0, 1, 2):
            client = connect(broker, "x", version=version, will=p.will("will/x", f"{version}{qos}", qos))
            client.close()
            watcher.receive("will/x", f"{version}{qos}".encode(), qos=qos, retain=False)
    late = connect(broker, "late")
    late.subscribe("will/#")
    late.ping()


def test_ways_to_end(broker):
    """A protocol error, a reset and an end of stream all count."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    for way in ("close", "reset", "error"):
        client = connect(broker, "x", will=p.will("will/x", way.encode()))
        if way == "error":
            client.send(b"\x00\x00")
            client.expect_disconnect(0x81, 0x82)
        else:
            getattr(client, way)()
        watcher.receive("will/x", way.encode())
    watcher.expect_nothing(after=connect(broker, "other"))


def test_once_per_connection(broker):
    """The stored will is gone after it was published."""
    keep = {"session_expiry_interval": 100}
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    connect(broker, "x", clean=False, will=p.will("will/x", b"1"), properties=keep).close()
    watcher.receive("will/x", b"1")
    connect(broker, "x", clean=False, session=True, properties=keep).close()
    connect(broker, "x", clean=False, session=True, properties=keep).disconnect()
    watcher.expect_nothing(after=connect(broker, "other"))


def test_reaches_every_worker(broker):
    watchers = many(broker, "watcher")
    for watcher in watchers:
        watcher.subscribe("will/#", qos=1)
    for number in range(8):
        connect(broker, f"dying{number}", will=p.will(f"will/{number}", b"x", 1)).close()
    for watcher in watchers:
        topics = set()
        for _ in range(8):
            message = watcher.expect("PUBLISH", qos=1)
            watcher.acknowledge(message)
            topics.add(message.topic)
        assert len(topics) == 8, topics
