"""A CONNECT that announces much and sends little costs what it sent.
PITFALLS 3 pre-auth memory amplification; BEHAVIOUR 12.C row 2"""
from lib import Broker, Client, check_serving, packets as p


def announce(broker, remaining, count=200):
    before = broker.rss_kb()
    clients = []
    for _ in range(count):
        client = Client(broker)
        client.send(p.raw(0x10, p.connect("x" * 20)[2:], remaining=remaining)[:30])
        clients.append(client)
    check_serving(broker)
    broker.check_growth(before, 20_000)
    return clients


def test_within_the_limit(broker):
    announce(broker, 1_000_000)


def test_no_limit():
    with Broker(limits={"maximum_packet_size": 0}) as broker:
        announce(broker, 268_435_455)


def test_string_lengths_lie(broker):
    """A field length beyond the packet is found at once, not waited for."""
    for version in (4, 5):
        for field in (b"\xff\xff", b"\x00\xff"):
            body = p.string("MQTT") + bytes([version, 2, 0, 60]) + (b"\x00" if version == 5 else b"") + field + b"abc"
            client = Client(broker, version)
            client.send(p.raw(0x10, body))
            client.expect_invalid(0x81, 0x82)
