"""What a broker with RocksDB said before it was killed, and what it says afterwards."""

import random
import time

from lib import connect, packets as p
from toollib import FOREVER, KeptStore


def test_expiry_is_told_after_a_restart():
    store = KeptStore()
    broker = store.broker().start()
    connect(broker, "s", clean=False, properties=FOREVER).subscribe("t", qos=1)
    connect(broker, "s", clean=False, properties=FOREVER, session=True).disconnect()
    connect(broker, "p").publish("t", b"x", qos=1, retain=True, properties={"message_expiry_interval": 500})
    connect(broker, "p").publish("kept", b"x", qos=1, retain=True)
    broker.kill()
    with store.broker() as broker:
        client = connect(broker, "s", clean=False, properties=FOREVER, session=True)
        watcher = connect(broker, "w")
        watcher.subscribe("t")
        for message in (client.expect("PUBLISH", topic="t"), watcher.expect("PUBLISH", topic="t")):
            assert 400 < message.properties["message_expiry_interval"] <= 500, message
        watcher.subscribe("kept")
        assert "message_expiry_interval" not in watcher.expect("PUBLISH", topic="kept").properties


def test_a_session_that_a_clean_start_ended_stays_ended():
    """CONNACK says so, and its packet ids are free: also where the new session is nothing that is stored."""
    store = KeptStore()
    broker = store.broker().start()
    for number in range(5):
        client = connect(broker, "p", clean=False, properties=FOREVER)
        client.send(p.publish("t", b"first", 2, packet_id=1))
        client.expect("PUBREC", packet_id=1)
        client.close()
        connect(broker, "p", clean=True, session=False)
        broker.kill()
        broker = store.broker().start()
        connect(broker, "p", clean=False, properties=FOREVER, session=False).disconnect(
            properties={"session_expiry_interval": 0})
    broker.kill()


def test_killed_while_it_makes_its_database():
    """At any moment: the next start makes it."""
    generator = random.Random(2)
    for _ in range(12):
        store = KeptStore()
        broker = store.broker()
        broker.launch()
        time.sleep(generator.uniform(0.004, 0.08))
        broker.kill()
        with store.broker() as broker:
            connect(broker, "s", clean=False, properties=FOREVER)


def test_any_number_of_user_properties():
    """What a packet can hold, a store gives back."""
    many = {"user_property": [("", "")] * 20_000}
    store = KeptStore()
    broker = store.broker().start()
    connect(broker, "s", clean=False, properties=FOREVER).subscribe("t", qos=1)
    connect(broker, "s", clean=False, properties=FOREVER, session=True).disconnect()
    connect(broker, "w", clean=False, properties=FOREVER, will=p.will("gone", b"x", properties=many))
    connect(broker, "p").publish("t", b"x", qos=1, retain=True, properties=many)
    broker.kill()
    with store.broker() as broker:
        client = connect(broker, "s", clean=False, properties=FOREVER, session=True)
        assert len(client.expect("PUBLISH", topic="t").properties["user_property"]) == 20_000
