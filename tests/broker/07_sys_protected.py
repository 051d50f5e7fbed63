"""$SYS belongs to the server: wildcards do not reach it, and nobody publishes there or clears it.
[MQTT-4.7.2-1] [MQTT-3.1.1: 4.7.2-1]  PITFALLS 1 row 17; BEHAVIOUR 12.B row 14"""
from lib import connect, packets as p

config = dict(broker={"sys_interval": "100ms"})


def test_wildcards_do_not_match(broker):
    for version in (4, 5):
        client = connect(broker, "x", version=version)
        client.subscribe("#", "+/broker/uptime", "+/#", "$share/g/#", "$share/g/+/broker/uptime")
        clock = connect(broker, "clock")
        clock.subscribe("$SYS/broker/uptime")
        for _ in range(3):
            clock.expect("PUBLISH")
        client.ping()


def test_clearing_and_faking(broker):
    client = connect(broker, "x")
    for qos in (0, 1, 2):
        for payload in (b"", b"fake"):
            if qos == 0:
                client.publish("$SYS/broker/version", payload, retain=True)
                client.ping()
            else:
                packet_id = client.take_id()
                client.send(p.publish("$SYS/broker/version", payload, qos, retain=True, packet_id=packet_id))
                ack = client.expect("PUBACK" if qos == 1 else "PUBREC", packet_id=packet_id)
                assert ack.reason in (0x87, 0x90), ack
    client.subscribe("$SYS/broker/version")
    assert client.expect("PUBLISH", retain=True).payload not in (b"", b"fake")


def test_subtree_filters(broker):
    client = connect(broker, "x")
    client.subscribe("$SYS/broker/clients/+")
    topics = {client.expect("PUBLISH").topic for _ in range(4)}
    assert all(topic.startswith("$SYS/broker/clients/") for topic in topics), topics
