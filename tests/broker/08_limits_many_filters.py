"""Thousands of filters in one packet, twice, and their removal, take no time that others would feel."""
from lib import Broker, connect, packets as p

COUNT = 80000


def test_again_and_away(broker):
    client = connect(broker, "many")
    other = connect(broker, "other")
    filters = [f"q/{number}" for number in range(COUNT)]
    for _ in range(2):
        client.subscribe(*filters)
        other.ping()
    client.unsubscribe(*reversed(filters))
    other.ping()


def test_replays_are_bounded():
    """The same filter over and over does not collect what is to be sent for it without end."""
    with Broker(limits={"maximum_queued_messages": 1000}) as broker:
        replays_are_bounded(broker)


def replays_are_bounded(broker):
    publisher = connect(broker, "publisher")
    for number in range(200):
        publisher.publish(f"r/{number}", b"x" * 100, qos=1, retain=True)
    client = connect(broker, "greedy")
    client.send(p.subscribe(7, [("#", 0)] * 5000))
    codes = client.expect("SUBACK").reasons
    assert 0 in codes and 0x97 in codes, set(codes)
    publisher.ping()
