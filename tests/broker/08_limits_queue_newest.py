"""maximum_queued_messages with the policy "newest": what comes too late is dropped, what waits is kept in order.
BEHAVIOUR 12.B row 33; PITFALLS 1 row 14"""
from lib import connect

config = dict(limits={"maximum_queued_messages": 5, "queue_drop_policy": "newest"})
KEEP = {"session_expiry_interval": 100}


def test_offline(broker):
    for version in (4, 5):
        arguments = {"properties": KEEP} if version == 5 else {}
        client = connect(broker, f"x{version}", version=version, clean=False, **arguments)
        client.subscribe("t", qos=2)
        client.disconnect()
        publisher = connect(broker, "publisher")
        for number in range(12):
            publisher.publish("t", f"{number}", qos=1 + number % 2)
        client = connect(broker, f"x{version}", version=version, clean=False, session=True, **arguments)
        for number in range(5):
            client.receive("t", f"{number}".encode(), qos=1 + number % 2)
        client.expect_nothing(after=publisher)
        publisher.publish("t", b"again", qos=1)
        client.receive("t", b"again", qos=1)
        client.unsubscribe("t")


def test_online_backlog(broker):
    """Receive Maximum 1: one in flight, five wait, the rest is dropped, and the flow goes on."""
    client = connect(broker, "y", properties={"receive_maximum": 1})
    client.subscribe("t", qos=1)
    publisher = connect(broker, "publisher")
    for number in range(12):
        publisher.publish("t", f"{number}", qos=1)
    for number in range(6):
        client.receive("t", f"{number}".encode(), qos=1)
    client.ping()


def test_expired_make_room(broker):
    """What nobody would get takes no place from what somebody would."""
    client = connect(broker, "z", clean=False, properties=KEEP)
    client.subscribe("t", qos=1)
    client.disconnect()
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"kept", qos=1)
    for _ in range(4):
        publisher.publish("t", b"short", qos=1, properties={"message_expiry_interval": 1})
    publisher.expect_silence(2.2)
    for number in range(6):
        publisher.publish("t", f"{number}", qos=1)
    client = connect(broker, "z", clean=False, session=True, properties=KEEP)
    for payload in (b"kept", b"0", b"1", b"2", b"3"):
        client.receive("t", payload, qos=1)
    client.ping()
