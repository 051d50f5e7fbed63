"""What is over leaves the database while the broker runs: nothing waits for the next start."""

import json

from lib import connect
from toollib import FOREVER, KeptStore

workers = (1,)


def of_kind(store, kind):
    return [record for record in map(json.loads, store.tool("export").splitlines()) if record.get("kind") == kind]


def test_retained_messages_that_expired():
    """Also on a broker where nothing else happens."""
    store = KeptStore()
    broker = store.broker().start()
    base = broker.wait_sys("retained", lambda value: True)
    publisher = connect(broker, "publisher")
    for number in range(2):
        publisher.publish(f"r/{number}", b"v", qos=1, retain=True, properties={"message_expiry_interval": 1})
        broker.wait_sys("retained", lambda value: value == base + 1)
        broker.wait_sys("retained", lambda value: value == base)
    connect(broker, "last", clean=False, properties=FOREVER)  # its CONNACK waits for a commit
    broker.kill()
    assert of_kind(store, "retained") == []
