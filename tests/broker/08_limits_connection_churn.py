"""Thousands of connects, takeovers and broken connections leave no memory and no session behind.
PITFALLS 3 leak by protocol abuse; PITFALLS 4 takeover churn; BEHAVIOUR 12.C row 8"""
from lib import Client, connect, packets as p

config = dict(broker={"sys_interval": "100ms"})


def round_of(broker, count):
    for number in range(count):
        client = Client(broker)
        will = p.will("w", b"x" * 100, 1, properties={"content_type": "c" * 50})
        client.send(p.connect(f"churn{number % 10}", will=will)
                    + p.subscribe(1, ["a/b/c", f"n/{number}"]) + p.publish("q", b"x" * 500, 2, packet_id=1))
        client.expect("CONNACK", reason=0)
        client.expect("SUBACK")
        client.close()


def test_memory_is_flat(broker):
    round_of(broker, 500)
    broker.wait_sys("clients/connected", lambda value: value <= 2)
    before = broker.rss_kb()
    round_of(broker, 2000)
    broker.wait_sys("clients/connected", lambda value: value <= 2)
    broker.wait_sys("clients/total", lambda value: value <= 2)
    broker.wait_sys("subscriptions", lambda value: value <= 1)
    connect(broker, "end").ping()
    broker.check_growth(before, 3000)
