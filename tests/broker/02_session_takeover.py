"""A second connection of one client id ends the first: v5 with DISCONNECT 0x8E, v3 without a packet.
[MQTT-3.1.4-3] [MQTT-3.1.1: 3.1.4-2]  BEHAVIOUR 12.B row 23; PITFALLS 3 takeover (sol#17)"""
from lib import connect


def test_every_pair_of_versions(broker):
    for old in (3, 4, 5):
        for new in (3, 4, 5):
            first = connect(broker, "one", version=old)
            second = connect(broker, "one", version=new)
            first.expect_disconnect(0x8E)
            second.ping()
            second.disconnect()


def test_session_moves_on(broker):
    keep = {"session_expiry_interval": 100}
    first = connect(broker, "moved", clean=False, properties=keep)
    first.subscribe("t", qos=1)
    publisher = connect(broker, "publisher")
    publisher.publish("t", b"unacked", qos=1)
    message = first.receive("t", b"unacked", qos=1, ack=False)
    second = connect(broker, "moved", clean=False, session=True, properties=keep)
    first.expect_disconnect(0x8E)
    again = second.receive("t", b"unacked", qos=1, dup=True)
    assert again.packet_id == message.packet_id
    publisher.publish("t", b"next", qos=1)
    second.receive("t", b"next", qos=1)
    second.disconnect()


def test_chain(broker):
    """Many takeovers of one id, one after the other; only the last connection lives. PITFALLS 1 row 13"""
    clients = [connect(broker, "chain", version=4 + number % 2) for number in range(30)]
    for client in clients[:-1]:
        client.expect_disconnect(0x8E)
    clients[-1].ping()
    broker.wait_sys("clients/connected", lambda value: value <= 4)


def test_unread_first(broker):
    """The first client need not read for the second to be served."""
    first = connect(broker, "deaf", version=5)
    first.subscribe("flood")
    publisher = connect(broker, "publisher")
    for _ in range(200):
        publisher.publish("flood", b"x" * 10000)
    publisher.ping()
    connect(broker, "deaf", version=5).ping()
