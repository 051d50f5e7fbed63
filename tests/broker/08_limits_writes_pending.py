"""maximum_client_writes_pending bounds the messages that wait in one client's output; small ones as well.
BEHAVIOUR 12.C row 3"""
from lib import connect, packets as p

config = dict(limits={"maximum_client_writes_pending": 50, "maximum_client_bytes_pending": "64 MiB"},
              broker={"sys_interval": "100ms"})


def test_dropped_in_order(broker):
    slow = connect(broker, "slow")
    slow.subscribe("flood")
    publisher = connect(broker, "publisher")
    for number in range(1000):
        publisher.send(p.publish("flood", b"%6d" % number + b"x" * 40_000))
    publisher.ping()
    dropped = broker.wait_sys("messages/dropped/slow_reader", lambda value: value > 0)
    assert dropped < 1000
    slow.send(p.subscribe(9, ["end"]))
    received = []
    while (packet := slow.next_packet()).type == "PUBLISH":
        received.append(int(packet.payload[:6]))
    assert packet.type == "SUBACK", packet
    assert received == sorted(set(received)) and received[:20] == list(range(20)), received
    assert len(received) < 1000
