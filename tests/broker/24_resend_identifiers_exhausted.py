"""A client that never sends PUBCOMP can hold every packet identifier: further messages wait until one is free, and
nobody else notices.
[MQTT-2.2.1-4] [MQTT-4.3.3-1] [MQTT-4.3.3-5]
PITFALLS 3 reachable assertion"""
from lib import check_serving, connect, packets as p

ALL, BLOCK = 65535, 1285
config = dict(limits={"maximum_inflight": 65535, "receive_maximum": 65535})
KEEP = dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": 65535})


def fill(publisher, subscriber):
    """Brings 65535 QoS 2 deliveries past PUBREC."""
    for start in range(1, ALL, BLOCK):
        ids = range(start, start + BLOCK)
        publisher.send(b"".join(p.publish("all", b"", 2, packet_id=each) for each in ids))
        for each in ids:
            publisher.expect("PUBREC", packet_id=each)
        recs = []
        for _ in ids:
            recs.append(p.pubrec(subscriber.expect("PUBLISH", qos=2).packet_id))
        subscriber.send(b"".join(recs))
        for _ in ids:
            subscriber.expect("PUBREL")


def test_all_identifiers(broker):
    subscriber = connect(broker, "hoarder", **KEEP)
    subscriber.subscribe("all", qos=2)
    fill(connect(broker, "pub", properties={"receive_maximum": 65535}), subscriber)
    subscriber.close()
    again = connect(broker, "hoarder", session=True, **KEEP)
    ids = [again.expect("PUBREL").packet_id for _ in range(ALL)]
    assert len(set(ids)) == ALL
    publisher = connect(broker, "other")
    for qos in (1, 2):
        publisher.publish("all", b"waits", qos=qos)
    again.ping()
    check_serving(broker)
    for qos, packet_id in ((1, ids[5]), (2, ids[9])):
        again.send(p.pubcomp(packet_id))
        message = again.receive("all", b"waits", qos=qos)
        assert message.packet_id in (ids[5], ids[9])
