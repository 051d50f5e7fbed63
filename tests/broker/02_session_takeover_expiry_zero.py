"""A session of expiry 0 ends when it is taken over: its will is published, session present is 0, nothing is left of it.
[MQTT-3.1.2-8] [MQTT-3.1.4-3]  PITFALLS 2 a session of expiry 0 ends at takeover; BEHAVIOUR 12.B row 8"""
from lib import connect, packets as p


def test_ends(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    first = connect(broker, "x", clean=False, will=p.will("will/x", b"gone"))
    first.subscribe("t", qos=1)
    second = connect(broker, "x", clean=False, session=False)
    first.expect_disconnect(0x8E)
    watcher.receive("will/x", b"gone")
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"m", qos=1)
    second.expect_nothing(after=publisher)


def test_delay_ends_with_the_session(broker):
    """A will delay cannot outlive the session, so it is published at once."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    connect(broker, "y", clean=False, will=p.will("will/y", b"now", properties={"will_delay_interval": 1000}))
    connect(broker, "y", clean=False, session=False)
    watcher.receive("will/y", b"now")
