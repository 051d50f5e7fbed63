"""The Will Delay Interval holds the will back while the session lives, and no longer.
[MQTT-3.1.2-8]  PITFALLS 1 row 11; BEHAVIOUR 12.B row 11"""
import time

from lib import connect, packets as p


def watched(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    return watcher


def will(delay, payload=b"late"):
    return p.will("will/x", payload, properties={"will_delay_interval": delay})


def test_delayed(broker):
    watcher = watched(broker)
    client = connect(broker, "x", will=will(1), properties={"session_expiry_interval": 100})
    started = time.monotonic()
    client.close()
    watcher.receive("will/x", b"late", deadline_s=6)
    assert 0.9 < time.monotonic() - started


def test_session_ends_first(broker):
    """Delay 1000 s, session 1 s: after 1 s."""
    watcher = watched(broker)
    client = connect(broker, "x", will=will(1000), properties={"session_expiry_interval": 1})
    started = time.monotonic()
    client.close()
    watcher.receive("will/x", b"late", deadline_s=6)
    assert 0.9 < time.monotonic() - started


def test_session_of_expiry_zero(broker):
    """The session ends with the connection, so the delay is nothing."""
    watcher = watched(broker)
    for properties in (None, {"session_expiry_interval": 0}):
        connect(broker, "x", will=will(1000), properties=properties).close()
        watcher.receive("will/x", b"late")


def test_expiry_set_to_zero_by_disconnect(broker):
    watcher = watched(broker)
    client = connect(broker, "x", will=will(1000), properties={"session_expiry_interval": 100})
    client.disconnect(0x04, {"session_expiry_interval": 0})
    watcher.receive("will/x", b"late")


def test_zero_delay(broker):
    watcher = watched(broker)
    connect(broker, "x", will=will(0), properties={"session_expiry_interval": 100}).close()
    watcher.receive("will/x", b"late")


def test_clean_start_while_delayed(broker):
    """The new session ends the old one, so the will is due."""
    watcher = watched(broker)
    connect(broker, "x", will=will(1000), properties={"session_expiry_interval": 100}).close()
    connect(broker, "x", clean=True).ping()
    watcher.receive("will/x", b"late")
