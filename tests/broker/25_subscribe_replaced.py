"""Subscribing the same filter again replaces options, QoS and identifier: one copy of each message, stored messages
come again, and the flow of messages does not break.
[MQTT-3.8.4-3] [MQTT-3.8.4-4] [MQTT-3.1.1: 3.8.4-3]"""
from lib import connect, packets as p


def test_replaced(broker):
    for version in (3, 4, 5):
        publisher = connect(broker, "pub")
        client = connect(broker, "sub", version=version)
        for qos in (2, 0, 1, 2):
            client.subscribe("again", qos=qos)
            publisher.publish("again", b"x", qos=2)
            client.receive("again", b"x", qos=qos)
            client.expect_nothing(after=publisher)
        client.unsubscribe("again")
        publisher.publish("again", b"x", qos=2)
        client.expect_nothing(after=publisher)
        client.disconnect()


def test_nothing_is_lost_meanwhile(broker):
    publisher = connect(broker, "pub")
    client = connect(broker, "sub")
    client.subscribe("flow", qos=1)
    for start in range(0, 1000, 50):
        publisher.send(b"".join(p.publish("flow", b"%d" % n, qos=1, packet_id=n + 1) for n in range(start, start + 50)))
        client.send(b"".join(p.subscribe(60000 + n, [("flow", 1)]) for n in range(5)))
        for number in range(start, start + 50):
            publisher.expect("PUBACK", packet_id=number + 1)
    expected, subacks = 0, 0
    while expected < 1000 or subacks < 100:
        packet = client.next_packet()
        if packet.type == "SUBACK":
            subacks += 1
            continue
        assert packet.payload == b"%d" % expected, (packet, expected)
        client.acknowledge(packet)
        expected += 1
    client.ping()
