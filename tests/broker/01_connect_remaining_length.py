"""The remaining length: at most four bytes, split anywhere, and a CONNECT longer than its fields is malformed.
[MQTT-1.5.5-1] [MQTT-3.1.4-1] [MQTT-3.1.1: 3.1.4-1]  PITFALLS 1 row 8; BEHAVIOUR 12.B row 32"""
from lib import Client, check_serving, packets as p


def closed(client):
    """Closed, after at most a refusing CONNACK."""
    packet = client.next_packet()
    if packet is not None:
        assert packet.type == "CONNACK" and packet.reason, packet
        client.expect_closed()


def test_five_bytes(broker):
    for length in (b"\xff\xff\xff\xff\x01", b"\x80\x80\x80\x80\x00", b"\x8d\x80\x80\x80\x00", b"\xff\xff\xff\xff\xff"):
        for version in (4, 5):
            client = Client(broker, version)
            client.send(p.raw(0x10, p.connect("x", version=version)[2:], remaining=length))
            closed(client)
    check_serving(broker)


def test_trailing_bytes(broker):
    for version in (3, 4, 5):
        client = Client(broker, version)
        client.send(p.raw(0x10, p.connect("x", version=version)[2:] + b"\x00"))
        closed(client)


def test_empty_connect(broker):
    client = Client(broker)
    client.send(b"\x10\x00")
    closed(client)
