"""A reconnect to the session before the delay is over cancels the will.
[MQTT-3.1.2-8] [MQTT-3.1.3-9]"""
from lib import connect, packets as p

KEEP = {"session_expiry_interval": 100}


def test_reconnect_cancels(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    will = p.will("will/x", b"cancelled", properties={"will_delay_interval": 2})
    connect(broker, "x", clean=False, will=will, properties=KEEP).close()
    again = connect(broker, "x", clean=False, session=True, properties=KEEP)
    connect(broker, "timer").expect_silence(3.1)
    watcher.expect_nothing(after=connect(broker, "other"))
    again.ping()


def test_new_will_of_the_reconnect(broker):
    """Only the will of the last connection counts."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    connect(broker, "y", clean=False, properties=KEEP,
            will=p.will("will/y", b"first", properties={"will_delay_interval": 2})).close()
    connect(broker, "y", clean=False, properties=KEEP,
            will=p.will("will/y", b"second", properties={"will_delay_interval": 1})).close()
    watcher.receive("will/y", b"second", deadline_s=6)
    connect(broker, "timer").expect_silence(1.6)
    watcher.expect_nothing(after=connect(broker, "other"))
