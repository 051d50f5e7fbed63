"""maximum_retained_messages: no further topic is retained, those there can be replaced and removed.
PITFALLS 4 memory that grows: retained"""
from lib import connect, packets as p

config = dict(limits={"maximum_retained_messages": 3})


def retained(broker):
    client = connect(broker, "reader")
    client.subscribe("r/#", qos=1)
    client.subscribe("end", qos=1)
    found = {}
    connect(broker, "ender").publish("end", b"", qos=1)
    while (message := client.expect("PUBLISH")).topic != "end":
        client.acknowledge(message)
        found[message.topic] = message.payload
    client.disconnect()
    return found


def test_limit(broker):
    publisher = connect(broker, "publisher")
    for number in range(3):
        publisher.publish(f"r/{number}", b"1", qos=1, retain=True)
    publisher.send(p.publish("r/3", b"1", 1, retain=True, packet_id=500))
    ack = publisher.expect("PUBACK", packet_id=500)
    assert ack.reason in (0x00, 0x10, 0x97), ack
    assert retained(broker) == {f"r/{number}": b"1" for number in range(3)}
    publisher.publish("r/0", b"2", qos=1, retain=True)
    publisher.publish("r/1", b"", qos=1, retain=True)
    publisher.publish("r/4", b"1", qos=1, retain=True)
    assert retained(broker) == {"r/0": b"2", "r/2": b"1", "r/4": b"1"}
