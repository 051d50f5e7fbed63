"""Messages of many publishers reach many subscribers on every worker, each publisher's in its order, none lost, none
twice.
[MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT-4.5.0-1] [MQTT-3.1.1: 4.6.0-5] [MQTT-3.1.1: 4.6.0-6] [MQTT-3.1.1: 4.5.0-1]"""
from lib import many, packets as p

PUBLISHERS, SUBSCRIBERS, BLOCKS, BLOCK = 8, 8, 6, 40


def run(broker, qos):
    subscribers = many(broker, "sub", SUBSCRIBERS)
    for subscriber in subscribers:
        subscriber.subscribe("cross/+", qos=qos)
    publishers = many(broker, "pub", PUBLISHERS)
    for block in range(BLOCKS):
        for index, publisher in enumerate(publishers):
            numbers = range(block * BLOCK, (block + 1) * BLOCK)
            publisher.send(b"".join(
                p.publish(f"cross/{index}", b"%d" % number, qos, packet_id=number + 1 if qos else None)
                for number in numbers))
        for publisher in publishers:
            answer(publisher, qos, block)
    for subscriber in subscribers:
        expected = [0] * PUBLISHERS
        for _ in range(PUBLISHERS * BLOCKS * BLOCK):
            message = subscriber.expect("PUBLISH", qos=qos, dup=False)
            index = int(message.topic.split("/")[1])
            assert int(message.payload) == expected[index], (message, expected)
            expected[index] += 1
            if qos == 1:
                subscriber.send(p.puback(message.packet_id))
            elif qos == 2:
                subscriber.send(p.pubrec(message.packet_id, 0x83))
        subscriber.ping()
        subscriber.disconnect()


def answer(publisher, qos, block):
    """Reads and completes the acknowledgements of one block."""
    if not qos:
        publisher.ping()
        return
    ids = range(block * BLOCK + 1, (block + 1) * BLOCK + 1)
    for packet_id in ids:
        publisher.expect("PUBACK" if qos == 1 else "PUBREC", packet_id=packet_id)
    if qos == 2:
        publisher.send(b"".join(p.pubrel(packet_id) for packet_id in ids))
        for packet_id in ids:
            publisher.expect("PUBCOMP", packet_id=packet_id, reason=0)


def test_qos0(broker):
    run(broker, 0)


def test_qos1(broker):
    run(broker, 1)


def test_qos2(broker):
    run(broker, 2)
