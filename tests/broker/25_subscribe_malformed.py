"""SUBSCRIBE with wrong flags, without filter, with identifier 0 or with an ill-formed filter ends the connection.
[MQTT-3.8.1-1] [MQTT-3.8.3-1] [MQTT-3.8.3-2] [MQTT-2.1.3-1] [MQTT-2.2.1-3] [MQTT-4.7.3-2] [MQTT-1.5.4-1]
[MQTT-1.5.4-2] [MQTT-3.1.1: 3.8.1-1] [MQTT-3.1.1: 3.8.3-1] [MQTT-3.1.1: 3.8.3-3] [MQTT-3.1.1: 2.2.2-1]
[MQTT-3.1.1: 2.2.2-2] [MQTT-3.1.1: 2.3.1-1] [MQTT-3.1.1: 4.7.3-2] [MQTT-3.1.1: 4.8.0-1]
BEHAVIOUR 12.B row 36"""
from lib import connect, packets as p


def test_flags(broker):
    for version in (3, 4, 5):
        good = p.subscribe(1, ["a"], version)
        for flags in (0, 1, 3, 6, 15) if version == 3 else (0, 1, 3, 6, 10, 15):  # 3.1 has DUP here
            client = connect(broker, "sub", version=version)
            client.send(bytes([0x80 | flags]) + good[1:])
            client.expect_disconnect(0x81)


def test_contents(broker):
    for version in (3, 4, 5):
        for packet_id, filters in ((1, []), (0, ["a"]), (1, [b"\xff"]), (1, [b"a\x00b"]), (1, [b"\xed\xa0\x80"]),
                                   (1, ["fine", b"\xc0\x80"])):
            client = connect(broker, "sub", version=version)
            client.send(p.subscribe(packet_id, filters, version))
            client.expect_disconnect(0x81, 0x82)
