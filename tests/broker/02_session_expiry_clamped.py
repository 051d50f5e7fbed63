"""limits.maximum_session_expiry_interval: a longer wish is answered with the maximum, in CONNACK, and DISCONNECT cannot
raise it above either.
[MQTT-3.2.2-22]  BEHAVIOUR 12.B row 31"""
from lib import connect, packets as p

config = dict(limits={"maximum_session_expiry_interval": 1})


def test_announced(broker):
    for wish in (2, 1000, 0xFFFFFFFF):
        client = connect(broker, "x", properties={"session_expiry_interval": wish})
        assert client.connack.properties["session_expiry_interval"] == 1, client.connack
    for wish in (None, {"session_expiry_interval": 0}, {"session_expiry_interval": 1}):
        client = connect(broker, "x", properties=wish)
        assert client.connack.properties.get("session_expiry_interval", 0) <= 1


def ends(broker, client, leave):
    watcher = connect(broker, "watcher")
    watcher.subscribe("ended")
    leave(client)
    watcher.receive("ended", b"now", deadline_s=6)
    connect(broker, client.name, clean=False, session=False)


def delayed_will():
    return p.will("ended", b"now", properties={"will_delay_interval": 1000})


def test_enforced(broker):
    client = connect(broker, "long", clean=False, will=delayed_will(), properties={"session_expiry_interval": 1000})
    ends(broker, client, lambda each: each.close())


def test_disconnect_is_clamped(broker):
    client = connect(broker, "raise", clean=False, will=delayed_will(), properties={"session_expiry_interval": 1})
    ends(broker, client, lambda each: each.disconnect(0x04, {"session_expiry_interval": 1000}))


def test_v3_sessions_end_too(broker):
    """A persistent v3 session lives the maximum (BEHAVIOUR 12.A row 17)."""
    client = connect(broker, "v3", version=4, clean=False)
    client.subscribe("t", qos=1)
    client.disconnect()
    ends(broker, connect(broker, "timer", clean=False, will=delayed_will(), properties={"session_expiry_interval": 1}),
         lambda each: each.close())
    broker.wait_sys("clients/total", lambda value: value <= 3)
    connect(broker, "v3", version=4, clean=False, session=False)
