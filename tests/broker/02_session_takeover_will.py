"""Takeover and the will of the first connection: published without delay, withheld with one; clean start ends the
session and so publishes it.
[MQTT-3.1.2-8] [MQTT-3.1.3-9] [MQTT-3.1.4-3]"""
from lib import connect, packets as p

KEEP = {"session_expiry_interval": 100}


def watched(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    return watcher


def test_no_delay(broker):
    watcher = watched(broker)
    for version in (3, 4, 5):
        first = connect(broker, "a", version=version, will=p.will("will/a", f"{version}"))
        second = connect(broker, "a", version=version)
        first.expect_disconnect(0x8E)
        watcher.receive("will/a", f"{version}".encode())
        second.disconnect()


def test_delay_and_resume(broker):
    watcher = watched(broker)
    will = p.will("will/b", b"late", properties={"will_delay_interval": 1})
    connect(broker, "b", clean=False, will=will, properties=KEEP)
    second = connect(broker, "b", clean=False, session=True, properties=KEEP)
    connect(broker, "timer").expect_silence(1.6)
    watcher.expect_nothing(after=connect(broker, "publisher"))
    second.disconnect()


def test_delay_and_clean_start(broker):
    watcher = watched(broker)
    will = p.will("will/c", b"now", properties={"will_delay_interval": 1000})
    connect(broker, "c", clean=False, will=will, properties=KEEP)
    connect(broker, "c", clean=True, session=False, properties=KEEP)
    watcher.receive("will/c", b"now")
