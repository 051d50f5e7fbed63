"""maximum_queued_messages with the policy "oldest": the latest messages are kept, in order.
BEHAVIOUR 12.B row 33"""
from lib import connect

config = dict(limits={"maximum_queued_messages": 5, "queue_drop_policy": "oldest"})
KEEP = {"session_expiry_interval": 100}


def test_offline(broker):
    client = connect(broker, "x", clean=False, properties=KEEP)
    client.subscribe("t", qos=2)
    client.disconnect()
    publisher = connect(broker, "publisher")
    for number in range(12):
        publisher.publish("t", f"{number}", qos=1 + number % 2)
    client = connect(broker, "x", clean=False, session=True, properties=KEEP)
    for number in range(7, 12):
        client.receive("t", f"{number}".encode(), qos=1 + number % 2)
    client.expect_nothing(after=publisher)


def test_inflight_is_never_dropped(broker):
    """Receive Maximum 2: the two in flight stay, of the others the latest five."""
    client = connect(broker, "y", properties={"receive_maximum": 2})
    client.subscribe("t", qos=1)
    publisher = connect(broker, "publisher")
    for number in range(12):
        publisher.publish("t", f"{number}", qos=1)
    for number in (0, 1, 7, 8, 9, 10, 11):
        client.receive("t", f"{number}".encode(), qos=1)
    client.ping()
