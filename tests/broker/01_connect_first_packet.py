"""The first packet must be CONNECT: anything else closes the connection, and nothing is answered before a CONNACK.
[MQTT-3.1.0-1] [MQTT-3.1.1: 3.1.0-1] [MQTT-3.14.0-1] [MQTT-4.13.1-1]
PITFALLS 3 first-packet whitelist"""
from lib import Client, packets as p


def test_other_first_packet(broker):
    for version in (4, 5):
        others = {
            "PUBLISH": p.publish("t", b"x", version=version), "PUBLISH 1": p.publish("t", b"x", 1, version=version),
            "PUBACK": p.puback(1, version=version), "PUBREC": p.pubrec(1, version=version),
            "PUBREL": p.pubrel(1, version=version), "PUBCOMP": p.pubcomp(1, version=version),
            "SUBSCRIBE": p.subscribe(1, ["t"], version), "UNSUBSCRIBE": p.unsubscribe(1, ["t"], version),
            "PINGREQ": p.pingreq(), "DISCONNECT": p.disconnect(version=version), "AUTH": p.auth(0x18),
            "reserved": p.raw(0x00), **p.server_packets(version),
        }
        for name, data in others.items():
            client = Client(broker, version)
            client.name = f"{name} first"
            client.send(data + p.connect("late", version=version))
            client.expect_closed()


def test_not_mqtt_at_all(broker):
    for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\xff" * 100):
        client = Client(broker)
        client.send(data)
        client.expect_closed()


def test_large_first_packet_is_refused_by_its_header(broker):
    """Nothing of the announced 256 MB needs to arrive (CVE-2023-0809)."""
    client = Client(broker)
    client.send(b"\x30\xff\xff\xff\x7f")
    client.expect_closed()
