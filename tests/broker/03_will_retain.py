"""A will with Will Retain becomes a retained message; an empty one clears it.
[MQTT-3.1.2-14] [MQTT-3.1.2-15] [MQTT-3.1.1: 3.1.2-16] [MQTT-3.1.1: 3.1.2-17]  BEHAVIOUR 12.B row 11"""
from lib import connect, packets as p


def test_retained(broker):
    for version in (3, 4, 5):
        watcher = connect(broker, "watcher")
        watcher.subscribe(f"will/{version}")
        connect(broker, "x", version=version, will=p.will(f"will/{version}", b"stays", 1, True)).close()
        watcher.receive(f"will/{version}", b"stays", retain=False)
        late = connect(broker, "late")
        late.subscribe(f"will/{version}", qos=1)
        late.receive(f"will/{version}", b"stays", qos=1, retain=True)


def test_retained_after_delay(broker):
    """The will of a session that has ended meanwhile is retained as well."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("late/#")
    properties = {"will_delay_interval": 1, "content_type": "c"}
    connect(broker, "x", will=p.will("late/x", b"stays", 0, True, properties),
            properties={"session_expiry_interval": 1}).close()
    watcher.receive("late/x", b"stays", deadline_s=6)
    late = connect(broker, "late")
    late.subscribe("late/x")
    message = late.receive("late/x", b"stays", retain=True, has={"content_type": "c"})
    assert message.properties.get("message_expiry_interval", 86400) > 80000, message


def test_empty_clears(broker):
    publisher = connect(broker, "publisher")
    publisher.publish("clear", b"old", qos=1, retain=True)
    watcher = connect(broker, "watcher")
    watcher.subscribe("clear")
    watcher.receive("clear", b"old", retain=True)
    connect(broker, "x", will=p.will("clear", b"", 0, True)).close()
    watcher.receive("clear", b"")
    late = connect(broker, "late")
    late.subscribe("clear")
    late.ping()
