"""maximum_queued_bytes bounds the waiting messages of a session by size.
BEHAVIOUR 12.B row 33"""
from lib import Broker, connect

KEEP = {"session_expiry_interval": 100}


def waiting(broker, count, size):
    """The numbers of the messages of `count` that were kept for an absent client."""
    client = connect(broker, "x", clean=True, properties=KEEP)
    client.subscribe("t", qos=1)
    client.disconnect()
    publisher = connect(broker, "publisher")
    for number in range(count):
        publisher.publish("t", b"%4d" % number + b"x" * (size - 4), qos=1)
    client = connect(broker, "x", clean=False, session=True, properties=KEEP)
    client.subscribe("end", qos=1)
    publisher.publish("end", b"", qos=1)
    numbers = []
    while (message := client.expect("PUBLISH", qos=1)).topic != "end":
        client.acknowledge(message)
        numbers.append(int(message.payload[:4]))
    return numbers


def test_newest():
    with Broker(limits={"maximum_queued_bytes": "10 KiB", "queue_drop_policy": "newest"}) as broker:
        numbers = waiting(broker, 40, 1000)
        assert numbers == list(range(len(numbers))) and 7 <= len(numbers) <= 10, numbers


def test_oldest():
    with Broker(limits={"maximum_queued_bytes": "10 KiB", "queue_drop_policy": "oldest"}) as broker:
        numbers = waiting(broker, 40, 1000)
        assert numbers == list(range(40 - len(numbers), 40)) and 7 <= len(numbers) <= 10, numbers


def test_one_message_above_the_limit():
    """It can never wait; the smaller ones can."""
    for policy in ("newest", "oldest"):
        with Broker(limits={"maximum_queued_bytes": 500, "queue_drop_policy": policy}) as broker:
            assert waiting(broker, 3, 1000) == []
            assert waiting(broker, 2, 50) == [0, 1]


def test_oldest_gives_way_to_what_can_wait():
    """Not to a message that is above the limit by itself."""
    with Broker(limits={"maximum_queued_bytes": "10 KiB", "queue_drop_policy": "oldest"}) as broker:
        client = connect(broker, "x", properties=KEEP)
        client.subscribe("t", qos=1)
        client.disconnect()
        publisher = connect(broker, "publisher")
        for payload in (b"1", b"2", b"x" * 20_000, b"3"):
            publisher.publish("t", payload, qos=1)
        client = connect(broker, "x", clean=False, session=True, properties=KEEP)
        for payload in (b"1", b"2", b"3"):
            client.receive("t", payload, qos=1)
        client.ping()
