"""maximum_subscriptions_per_client and maximum_topic_levels: SUBACK says which filter was too many or too deep.
PITFALLS 3 unbounded recursion (CVE-2019-11779)"""
from lib import Broker, check_serving, connect, packets as p


def test_count():
    with Broker(limits={"maximum_subscriptions_per_client": 3}) as broker:
        client = connect(broker, "x")
        client.subscribe("a", "b", "c", "d", expect=[0, 0, 0, 0x97])
        client.subscribe("e", expect=0x97)
        client.subscribe("a", qos=1)
        client.unsubscribe("b")
        client.subscribe("e")
        client.subscribe("f", expect=0x97)
        connect(broker, "y", version=4).subscribe("a", "b", "c", "d", expect=[0, 0, 0, 0x80])


def test_levels(broker):
    client = connect(broker, "x")
    client.subscribe("/".join("a" * 128))
    client.subscribe("/".join("a" * 129), "ok", "+/" * 128 + "#", expect=[0x8F, 0, 0x8F])
    connect(broker, "y", version=4).subscribe("/".join("a" * 129), expect=0x80)
    ack = client.publish("/".join("a" * 128), b"deep", qos=1)
    assert ack.reason == 0
    client.receive("/".join("a" * 128), b"deep")
    client.send(p.publish("/".join("a" * 129), b"deeper", 1, packet_id=9))
    answer = client.next_packet()
    assert answer.type in ("PUBACK", "DISCONNECT") and answer.reason == 0x90, answer


def test_slashes(broker):
    """65 000 levels in one packet of every kind."""
    deep = "/" * 65000
    for version in (4, 5):
        for data in (p.subscribe(1, [deep], version), p.unsubscribe(1, [deep], version),
                     p.publish(deep, version=version), p.publish(deep, b"x", 1, retain=True, version=version),
                     p.subscribe(1, ["+/" * 32000 + "#"], version)):
            client = connect(broker, "z", version=version)
            client.send(data + p.pingreq())
            while (packet := client.next_packet()) is not None and packet.type != "PINGRESP":
                pass
            client.close()
    check_serving(broker)
