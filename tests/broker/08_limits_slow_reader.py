"""A subscriber that does not read slows neither the publisher nor its neighbours; its QoS 0 messages beyond the limit
are dropped and counted, and memory stays bounded.
PITFALLS 4 slow consumers; BEHAVIOUR 12.C row 3"""
from lib import connect, many, packets as p

config = dict(limits={"maximum_client_bytes_pending": "256 KiB", "maximum_client_writes_pending": 1000,
                      "maximum_queued_messages": 100, "maximum_queued_bytes": "1 MiB"},
              broker={"sys_interval": "100ms"})
SIZE, COUNT = 50_000, 1200


def test_qos0(broker):
    slow = connect(broker, "slow")
    slow.subscribe("flood")
    readers = many(broker, "reader", 3)
    for reader in readers:
        reader.subscribe("flood")
    publisher = connect(broker, "publisher")
    before = broker.rss_kb()
    for number in range(COUNT):
        publisher.publish("flood", b"%6d" % number + b"x" * SIZE)
        for reader in readers:
            message = reader.expect("PUBLISH", topic="flood")
            assert int(message.payload[:6]) == number, (reader.name, number)
    publisher.ping()
    broker.check_growth(before, 30_000)
    broker.wait_sys("messages/dropped/slow_reader", lambda value: value > 0)
    last = -1
    while True:
        message = slow.expect("PUBLISH", topic="flood")
        number = int(message.payload[:6])
        assert number > last, f"{number} after {last}"
        last = number
        if number >= 20:
            break


def test_qos1(broker):
    """A slow QoS 1 subscriber: the publisher gets every PUBACK, the neighbour every message."""
    slow = connect(broker, "slow1")
    slow.subscribe("flood1", qos=1)
    reader = connect(broker, "reader")
    reader.subscribe("flood1", qos=1)
    publisher = connect(broker, "publisher")
    for number in range(COUNT):
        publisher.publish("flood1", b"%6d" % number + b"x" * SIZE, qos=1)
        message = reader.expect("PUBLISH", topic="flood1", qos=1)
        assert int(message.payload[:6]) == number
        reader.send(p.puback(message.packet_id))
    slow.receive("flood1", qos=1)
