"""A v5 session lives as long after its connection as the Session Expiry Interval says.
[MQTT-3.1.2-23] [MQTT-4.1.0-2]  PITFALLS 2 subscriptions of an ended session are gone; BEHAVIOUR 12.B row 7"""
import time

from lib import Broker, connect, packets as p


def test_expiry_zero_or_absent(broker):
    for properties in (None, {"session_expiry_interval": 0}):
        client = connect(broker, "zero", clean=False, session=False, properties=properties)
        client.subscribe("t", qos=1)
        client.disconnect()
    again = connect(broker, "zero", clean=False, session=False, properties={"session_expiry_interval": 100})
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"x", qos=1)
    again.expect_nothing(after=publisher)


def test_expires_after_one_second(broker):
    """The retained message of its will tells when the session ended."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("ended")
    will = p.will("ended", b"now", properties={"will_delay_interval": 100})
    client = connect(broker, "one", clean=False, will=will, properties={"session_expiry_interval": 1})
    client.subscribe("t", qos=1)
    started = time.monotonic()
    client.close()
    watcher.receive("ended", b"now", deadline_s=6)
    assert time.monotonic() - started > 0.9
    again = connect(broker, "one", clean=False, session=False, properties={"session_expiry_interval": 1})
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"x", qos=1)
    again.expect_nothing(after=publisher)
    broker.wait_sys("subscriptions", lambda value: value <= 2)


def test_does_not_expire_while_connected(broker):
    client = connect(broker, "on", clean=False, properties={"session_expiry_interval": 1})
    client.subscribe("t", qos=1)
    connect(broker, "timer").expect_silence(1.6)
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"x", qos=1)
    client.receive("t", b"x", qos=1)


def test_never(broker):
    client = connect(broker, "never", clean=False, properties={"session_expiry_interval": 0xFFFFFFFF})
    assert client.connack.properties.get("session_expiry_interval", 0xFFFFFFFF) == 0xFFFFFFFF
    client.disconnect()
    connect(broker, "never", clean=False, session=True)


def test_disconnect_may_ask_again():
    """Who asked for a session that lasts, and got none, may ask again with DISCONNECT; who did not ask may not."""
    with Broker(limits={"maximum_session_expiry_interval": "0s"}) as broker:
        watcher = connect(broker, "watcher")
        watcher.subscribe("ended")
        for asked, reason in ((100, None), (0, 0x82)):
            client = connect(broker, "asks", will=p.will("ended", b"will"),
                             properties={"session_expiry_interval": asked})
            client.send(p.disconnect(properties={"session_expiry_interval": 100}))
            if reason:
                client.expect_disconnect(reason)
                watcher.receive("ended", b"will")
            else:
                client.expect_closed()
        watcher.ping()
