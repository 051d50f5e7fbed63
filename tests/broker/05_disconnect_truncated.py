"""Every packet cut at every byte (with a remaining length that says so) is malformed, and never kills the broker.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]  PITFALLS 1 row 1; PITFALLS 3 truncated lengths; BEHAVIOUR 12.C row 1"""
from lib import check_serving, connect, packets as p


def packets(version):
    text = {"user_property": [("k", "v")]}
    yield p.publish("topic", b"", 1, version=version, properties={"content_type": "c", **text})
    yield p.puback(1, 0, {"reason_string": "r", **text}, version)
    yield p.pubrec(1, 0, {"reason_string": "r"}, version)
    yield p.pubrel(1, 0, {"reason_string": "r"}, version)
    yield p.pubcomp(1, 0, {"reason_string": "r"}, version)
    yield p.subscribe(1, [("a/b", 1), ("c", 0)], version, {"subscription_identifier": 300, **text})
    yield p.unsubscribe(1, ["a/b", "c"], version, text)
    yield p.disconnect(0, {"session_expiry_interval": 0, **text}, version)


def test_cut_everywhere(broker):
    """Cutting may leave a shorter but valid packet; then the broker answers it or goes on."""
    for version in (4, 5):
        for whole in packets(version):
            first, body = whole[0], whole[2:]
            for cut in range(len(body)):
                client = connect(broker, "x", version=version)
                client.name = f"{p.TYPE_NAMES[first >> 4]} cut at {cut} v{version}"
                client.send(p.raw(first, body[:cut]) + p.pingreq())
                while (packet := client.next_packet()) is not None:
                    if packet.type == "DISCONNECT":
                        assert packet.reason in (0x81, 0x82, 0x90, 0x94), f"{client.name}: {packet}"
                    if packet.type == "PINGRESP":
                        break
                client.close()
    check_serving(broker)


def test_subscribe_without_its_option_byte(broker):
    """The eight bytes that killed the reference system."""
    client = connect(broker, "x")
    client.send(b"\x82\x06\x00\x01\x00\x00\x01t")
    client.expect_disconnect(0x81)
    for version in (3, 4):
        client = connect(broker, "x", version=version)
        client.send(b"\x82\x05\x00\x01\x00\x01t")
        client.expect_closed()
    check_serving(broker)
