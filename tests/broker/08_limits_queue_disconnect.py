"""maximum_queued_messages with the policy "disconnect": a client that lets its queue fill up is cut off with 0x97.
BEHAVIOUR 12.B row 33; PITFALLS 4 silent drops"""
from lib import check_serving, connect

config = dict(limits={"maximum_queued_messages": 5, "queue_drop_policy": "disconnect"})


def test_online(broker):
    for version in (4, 5):
        client = connect(broker, "x", version=version, properties={"receive_maximum": 1} if version == 5 else None)
        client.subscribe("t", qos=1)
        neighbour = connect(broker, "neighbour")
        neighbour.subscribe("t")
        publisher = connect(broker, "publisher")
        for number in range(12):
            publisher.publish("t", f"{number}", qos=1)
        for number in range(12):
            neighbour.receive("t", f"{number}".encode())
        if version == 5:
            client.receive("t", b"0", qos=1, ack=False)
            client.expect_disconnect(0x97)
        client.close()


def test_offline_session_stays_bounded(broker):
    keep = {"session_expiry_interval": 100}
    client = connect(broker, "y", clean=False, properties=keep)
    client.subscribe("u", qos=1)
    client.disconnect()
    publisher = connect(broker, "publisher")
    for number in range(12):
        publisher.publish("u", f"{number}", qos=1)
    client = connect(broker, "y", clean=False, properties=keep)
    received = 0
    while received < 13:
        client.send(b"\xc0\x00")
        packet = client.next_packet()
        if packet.type == "PINGRESP":
            break
        received += 1
    assert received <= 5, received
    check_serving(broker)
