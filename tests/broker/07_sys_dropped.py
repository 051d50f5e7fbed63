"""Dropped messages are counted by reason.
PITFALLS 4 silent drops"""
from lib import connect

config = dict(broker={"sys_interval": "100ms"}, limits={"maximum_queued_messages": 2})


def test_queue_full(broker):
    client = connect(broker, "x", clean=False, properties={"session_expiry_interval": 100})
    client.subscribe("t", qos=1)
    client.disconnect()
    publisher = connect(broker, "publisher")
    for _ in range(5):
        publisher.publish("t", b"x", qos=1)
    broker.wait_sys("messages/dropped/queue_full", lambda value: value == 3)
    assert int(broker.sys("messages/dropped")) >= 3
    connect(broker, "x", clean=True).disconnect()


def test_too_large(broker):
    client = connect(broker, "y", properties={"maximum_packet_size": 100})
    client.subscribe("t")
    connect(broker, "publisher").publish("t", b"x" * 200)
    broker.wait_sys("messages/dropped/too_large", lambda value: value == 1)


def test_expired(broker):
    client = connect(broker, "z", clean=False, properties={"session_expiry_interval": 100})
    client.subscribe("e", qos=1)
    client.disconnect()
    publisher = connect(broker, "publisher")
    publisher.publish("e", b"x", qos=1, properties={"message_expiry_interval": 1})
    publisher.expect_silence(1.2)
    connect(broker, "z", clean=False, session=True, properties={"session_expiry_interval": 100}).ping()
    broker.wait_sys("messages/dropped/expired", lambda value: value >= 1)
