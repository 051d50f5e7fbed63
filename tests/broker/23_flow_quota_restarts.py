"""The send quota starts anew with each connection, from that connection's Receive Maximum.
[MQTT-4.9.0-1] [MQTT-3.3.4-9]
PITFALLS 2 row 5, BEHAVIOUR 12.B row 3"""
from lib import connect


def keep(maximum):
    return dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": maximum})


def test_quota_per_connection(broker):
    subscriber = connect(broker, "sub", **keep(2))
    subscriber.subscribe("quota", qos=1)
    publisher = connect(broker, "pub")
    for number in range(20):
        publisher.publish("quota", str(number), qos=1)
    for number in range(2):
        subscriber.receive("quota", str(number), qos=1, ack=False)
    subscriber.ping()
    for maximum, sent_before in ((5, 2), (1, 5), (3, 5)):
        subscriber.close()
        subscriber = connect(broker, "sub", session=True, **keep(maximum))
        for number in range(maximum):
            subscriber.receive("quota", str(number), qos=1, dup=number < sent_before, ack=False)
        subscriber.ping()
    subscriber.close()
    subscriber = connect(broker, "sub", session=True, **keep(100))
    for number in range(20):
        subscriber.receive("quota", str(number), qos=1, dup=number < 5)
    subscriber.ping()
