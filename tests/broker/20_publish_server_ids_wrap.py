"""More messages than there are packet identifiers: the numbers wrap, never to one that is in use, never to 0.
[MQTT-2.2.1-4] [MQTT-3.1.1: 2.3.1-4]"""
from lib import connect, packets as p

COUNT = 66000
BLOCK = 500


def test_wrap(broker):
    subscriber = connect(broker, "sub", properties={"receive_maximum": 65535})
    subscriber.subscribe("wrap/#", qos=1)
    publisher = connect(broker, "pub")
    publisher.publish("wrap/kept", b"", qos=1)
    kept = subscriber.receive("wrap/kept", qos=1, ack=False)
    received = 0
    while received < COUNT:
        publisher.send(b"".join(p.publish("wrap/x", b"", qos=1, packet_id=n + 1) for n in range(BLOCK)))
        acks = []
        for _ in range(BLOCK):
            message = subscriber.expect("PUBLISH", topic="wrap/x", qos=1, dup=False)
            assert message.packet_id != kept.packet_id
            acks.append(p.puback(message.packet_id))
        subscriber.send(b"".join(acks))
        for number in range(BLOCK):
            publisher.expect("PUBACK", packet_id=number + 1)
        received += BLOCK
    subscriber.acknowledge(kept)
    subscriber.ping()
