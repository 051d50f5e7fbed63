"""A will topic must be a topic name: wildcards, emptiness and the server's own $SYS are not published.
[MQTT-3.1.3-11] [MQTT-3.1.4-1] [MQTT-4.7.0-1] [MQTT-4.7.1-1] [MQTT-3.1.1: 3.1.4-1] [MQTT-3.1.1: 4.7.3-1]
PITFALLS 2 a will passes the topic rules; PITFALLS 1 row 17"""
from lib import Client, connect, packets as p


def test_refused(broker):
    for version in (3, 4, 5):
        for topic in ("", "a/#", "+/b", "#", "a+b"):
            client = Client(broker, version)
            client.name = f"will topic {topic!r} v{version}"
            client.send(p.connect("x", version=version, will=p.will(topic)))
            packet = client.next_packet()
            if packet is not None:
                assert packet.type == "CONNACK" and packet.reason, packet
                assert version < 5 or packet.reason in (0x81, 0x82, 0x90), packet
                client.expect_closed()


def test_sys_is_the_servers(broker):
    """Refused at CONNECT or dropped at the end, but never published."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("$SYS/fake/#", "$share/g/x", "$share/g/#", expect=[0, 0, 0])
    for topic in ("$SYS/fake/x", "$share/g/x"):
        for version in (4, 5):
            client = Client(broker, version)
            client.send(p.connect("x", version=version, will=p.will(topic, b"fake", 0, True)))
            client.next_packet()
            client.close()
    connect(broker, "x").ping()  # the ends of all before it are handled
    watcher.expect_nothing(after=connect(broker, "other"))
    late = connect(broker, "late")
    late.subscribe("$SYS/fake/#")
    late.ping()
