"""Messages and sessions are after a restart what they were before, or what time has made of them."""

from lib import connect, packets as p
from toollib import FOREVER, KeptStore, leave_session

KEEP = {"session_expiry_interval": 1000}
SHORT = {"message_expiry_interval": 1}


def test_payload_format():
    """[MQTT-3.3.2-4] Also the indicator that says no more than none does."""
    store = KeptStore()
    broker = store.broker().start()
    leave_session(broker, "s", "t/+")
    publisher = connect(broker, "p")
    given = {"t/0": {"payload_format_indicator": 0}, "t/1": {"payload_format_indicator": 1}, "t/none": {}}
    for topic, properties in given.items():
        publisher.publish(topic, b"m", qos=1, retain=True, properties=properties)
    broker.kill()
    with store.broker() as broker:
        client = connect(broker, "s", clean=False, session=True, properties=FOREVER)
        watcher = connect(broker, "w")
        watcher.subscribe("t/+")
        for reader in (client, watcher):
            found = [reader.expect("PUBLISH") for _ in given]
            assert {message.topic: message.properties for message in found} == given


def test_will_that_expires_at_once():
    """Its delay is over after the restart: nobody finds it later."""
    store = KeptStore()
    broker = store.broker().start()
    leave_session(broker, "s", "w")
    properties = {"will_delay_interval": 1, "message_expiry_interval": 0}
    connect(broker, "x", clean=False, properties=KEEP,
            will=p.will("w", b"gone", qos=1, retain=True, properties=properties)).close()
    broker.kill()
    with store.broker() as broker:
        watcher = connect(broker, "w")
        watcher.expect_silence(3.2)
        watcher.subscribe("w")
        client = connect(broker, "s", clean=False, session=True, properties=FOREVER)
        for reader in (watcher, client):
            reader.ping()


def test_expired_while_it_was_down():
    """What expired in a queue is not kept on the disk for a client that may never come."""
    store = KeptStore()
    broker = store.broker().start()
    leave_session(broker, "s", "t")
    publisher = connect(broker, "p")
    for _ in range(3):
        publisher.publish("t", b"short", qos=1, properties=SHORT)
    publisher.publish("t", b"lasts", qos=1)
    publisher.expect_silence(2.2)
    broker.kill()
    assert len(store.records("outbound")) == 4
    with store.broker():
        pass
    assert len(store.records("outbound")) == 1
    with store.broker() as broker:
        client = connect(broker, "s", clean=False, session=True, properties=FOREVER)
        client.receive("t", b"lasts", qos=1)
        client.ping()


def test_a_lower_maximum_of_session_expiry():
    """It holds for sessions of an earlier life, too."""
    store = KeptStore()
    broker = store.broker().start()
    for name in ("a", "b"):
        connect(broker, name, clean=False, properties=FOREVER).disconnect()
    broker.kill()
    with store.broker(maximum_session_expiry_interval=2) as broker:
        connect(broker, "a", clean=False, session=True, properties=KEEP).expect_silence(3.5)
        connect(broker, "b", clean=False, session=False, properties=KEEP)
