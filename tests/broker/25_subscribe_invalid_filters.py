"""A filter against the rules is refused in SUBACK (0x8F, v3 0x80) and matches nothing; the connection lives on.
[MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT-3.8.4-7] [MQTT-3.1.1: 4.7.1-2] [MQTT-3.1.1: 4.7.1-3]
[MQTT-3.1.1: 4.7.3-1]
BEHAVIOUR 12.B row 15"""
from lib import connect, packets as p

INVALID = ("a#", "a/#/b", "#/a", "##", "a/##", "a+", "+a", "a+/b", "a/+b", "a/b+/c", "a/b+", "++", "+#", "a/#+", "#+")


def test_invalid(broker):
    for version in (3, 4, 5):
        client = connect(broker, "sub", version=version)
        client.subscribe(*INVALID, expect=0x8F if version == 5 else 0x80)
        publisher = connect(broker, "pub")
        for topic in ("a", "a/b", "a/xb", "ax/b", "a/b/c", "b/a"):
            publisher.publish(topic, b"x")
        client.expect_nothing(after=publisher)
        client.disconnect()


def test_empty_filter(broker):
    for version in (3, 4, 5):
        client = connect(broker, "sub", version=version)
        client.send(p.subscribe(1, [""], version) + p.pingreq())
        packet = client.next_packet()
        if packet is None or packet.type == "DISCONNECT":
            assert packet is None or packet.reason in (0x81, 0x82, 0x8F), packet
        else:
            assert packet.reasons == [0x8F if version == 5 else 0x80], packet
