"""What is over leaves the database while the broker runs: nothing waits for the next start."""

import urllib.request

from lib import Broker, allow_all, connect, ledger, packets as p, scaled
from toollib import FOREVER, KeptStore, leave_session

workers = (1,)
LARGE = b"x" * 6000  # lies apart, in a record of its own
TOKEN = "0123456789abcdef"


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
    assert store.records("retained") == []


def queue(broker, count):
    """Of a session `s` that lasts, which is away then."""
    leave_session(broker, "s", "q/#")
    publisher = connect(broker, "publisher")
    for number in range(count):
        publisher.publish(f"q/{number}", LARGE, qos=1)


def test_a_session_that_goes_on_without_expiry():
    """It ends with this connection, and what waits for it with it; again and again."""
    store = KeptStore()
    broker = store.broker().start()
    for taken in (0, 1, 3):
        queue(broker, 3)
        client = connect(broker, "s", clean=False, session=True)
        for number in range(3):
            client.receive(f"q/{number}", LARGE, qos=1, ack=number < taken)
        client.disconnect()
    broker.kill()
    assert store.records("body") == []
    store.tool("verify")


def test_a_session_that_goes_on_without_expiry_when_the_broker_dies():
    """Its connection is gone then: so is the session."""
    store = KeptStore()
    broker = store.broker().start()
    queue(broker, 3)
    client = connect(broker, "s", clean=False, session=True)
    client.receive("q/0", LARGE, qos=1)
    broker.kill()
    broker = store.broker().start()
    connect(broker, "s", clean=False, session=False, properties=FOREVER).disconnect()
    broker.kill()
    assert store.records("body") == store.records("outbound") == store.records("subscription") == []
    store.tool("verify")


def test_a_session_that_is_ended_before_its_client_came():
    """By an operator, after a restart."""
    store = KeptStore()
    broker = store.broker().start()
    queue(broker, 3)
    broker.stop()
    broker = Broker(plugins=[{"name": "rocksdb-store"}, allow_all()], broker={"data_dir": str(store.folder / "data")},
                    listeners=[{"id": "tcp"}, {"id": "http", "type": "http"}], top={"admin": {"token": TOKEN}}).start()
    request = urllib.request.Request(f"http://127.0.0.1:{broker.ports['http']}/api/v1/client?id=s", method="DELETE",
                                     headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=scaled(10)) as answer:
        assert answer.status == 204, answer.status
    connect(broker, "last", clean=False, properties=FOREVER)  # its CONNACK waits for a commit
    broker.kill()
    assert store.records("body") == []
    store.tool("verify")


def test_sessions_whose_ids_are_alike_to_a_hash():
    """To libstdc++'s, which has no secret: each ends for itself."""
    names = ("victim", r"V79nuWO71ol8\`\%")
    store = KeptStore()
    broker = store.broker().start()
    for name in names:
        client = connect(broker, name, clean=False, properties=FOREVER)
        client.send(p.publish("t", b"open", 2, packet_id=9))
        client.expect("PUBREC", packet_id=9)
        client.close()
    for name in reversed(names):
        connect(broker, name, clean=False, properties=FOREVER, session=True).disconnect(
            properties={"session_expiry_interval": 0})
    broker.kill()
    assert store.records("client") == store.records("inbound") == []


def test_a_will_that_may_not_be_sent():
    """It was judged once, and is over: not to be sent after a restart with other rights."""
    store = KeptStore()
    read_only = ledger(default="deny", auth=[{"allow": True}], acl=[{"filters": [{"filter": "#", "access": "read"}]}])
    broker = Broker(plugins=[{"name": "rocksdb-store"}, read_only],
                    broker={"data_dir": str(store.folder / "data")}).start()
    connect(broker, "dying", clean=False, properties=FOREVER,
            will=p.will("will", b"gone", qos=1, properties={"will_delay_interval": 1})).close()
    broker.wait_record("will not sent: the client may not publish there", client="dying", topic="will", module="server")
    connect(broker, "last", clean=False, properties=FOREVER)  # its CONNACK waits for a commit
    broker.kill()
    client = next(record for record in store.records("client") if record["client"] == "dying")
    assert "will" not in client and client["will_due_ms"] == 0, client
