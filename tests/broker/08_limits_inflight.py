"""maximum_inflight bounds the window towards a client that allows more, and receive_maximum the one from it.
[MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2] [MQTT-4.9.0-3]  PITFALLS 2 a client beyond the Receive Maximum"""
from lib import connect, packets as p

config = dict(limits={"maximum_inflight": 3, "receive_maximum": 2})


def test_outbound(broker):
    for version in (4, 5):
        client = connect(broker, "x", version=version)
        client.subscribe("t", qos=1)
        publisher = connect(broker, "publisher")
        for number in range(8):
            publisher.publish("t", f"{number}", qos=1)
        messages = [client.receive("t", f"{number}".encode(), qos=1, ack=False) for number in range(3)]
        client.expect_nothing()
        for message in messages:
            client.acknowledge(message)
        for number in range(3, 8):
            client.receive("t", f"{number}".encode(), qos=1)
        client.ping()


def test_inbound(broker):
    """Two QoS 2 exchanges may be open, a third is too many; QoS 0 does not count."""
    client = connect(broker, "y")
    assert client.connack.properties["receive_maximum"] == 2
    for packet_id in (1, 2):
        client.send(p.publish("t", b"x", 2, packet_id=packet_id))
        client.expect("PUBREC", packet_id=packet_id)
    client.publish("t", b"free")
    client.ping()
    client.send(p.publish("t", b"x", 2, packet_id=3))
    client.expect_disconnect(0x93)


def test_inbound_window_opens_again(broker):
    client = connect(broker, "y")
    for _ in range(3):
        client.publish("t", b"x", qos=2)
        client.publish("t", b"x", qos=1)
    client.send(p.publish("t", b"x", 2, packet_id=1) * 3)
    for _ in range(3):
        assert client.expect("PUBREC", packet_id=1).reason < 0x80
    client.ping()
