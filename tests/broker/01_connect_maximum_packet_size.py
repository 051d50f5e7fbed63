"""limits.maximum_packet_size is announced and enforced: one byte more ends the connection with 0x95, by its header.
[MQTT-3.2.2-15] [MQTT-4.13.2-1]  PITFALLS 3 size cap before allocation; BEHAVIOUR 12.B row 22"""
from lib import Client, check_serving, connect, packets as p

config = dict(limits={"maximum_packet_size": 1000})


def publish_of_size(size, version):
    empty = len(p.publish("t", b"x" * 500, version=version))
    packet = p.publish("t", b"x" * (500 + size - empty), version=version)
    assert len(packet) == size
    return packet


def test_exactly_at_the_limit(broker):
    for version in (4, 5):
        client = connect(broker, "x", version=version)
        client.send(publish_of_size(1000, version))
        client.ping()


def test_one_byte_above(broker):
    for version in (3, 4, 5):
        client = connect(broker, "x", version=version)
        client.send(publish_of_size(1001, version))
        client.expect_disconnect(0x95)


def test_only_the_header_arrives(broker):
    client = connect(broker, "x")
    client.send(b"\x30\xff\xff\xff\x7f")
    client.expect_disconnect(0x95)


def test_large_connect(broker):
    client = Client(broker)
    client.send(p.connect("x" * 2000))
    packet = client.next_packet()
    assert packet is None or (packet.type == "CONNACK" and packet.reason == 0x95), packet
    check_serving(broker)
