"""The send quota starts anew on every connection, with the Receive Maximum of that CONNECT.
[MQTT-4.9.0-1]  PITFALLS 2 the send quota starts anew"""
from lib import connect


def test_quota_restarts(broker):
    first = connect(broker, "x", clean=False, properties={"session_expiry_interval": 100, "receive_maximum": 2})
    first.subscribe("t", qos=1)
    publisher = connect(broker, "publisher")
    for number in range(6):
        publisher.publish("t", f"{number}", qos=1)
    first.receive("t", b"0", qos=1, ack=False)
    first.receive("t", b"1", qos=1, ack=False)
    first.expect_nothing()
    first.close()
    second = connect(broker, "x", clean=False, session=True,
                     properties={"session_expiry_interval": 100, "receive_maximum": 4})
    messages = [second.receive("t", f"{number}".encode(), qos=1, dup=number < 2, ack=False) for number in range(4)]
    second.expect_nothing()
    for message in messages:
        second.acknowledge(message)
    second.receive("t", b"4", qos=1)
    second.receive("t", b"5", qos=1)
    second.ping()
