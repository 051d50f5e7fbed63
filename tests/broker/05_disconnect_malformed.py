"""What cannot be parsed is answered by DISCONNECT 0x81 (v5) and a close.
[MQTT-2.1.3-1] [MQTT-3.3.1-4] [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.8.3-5] [MQTT-3.10.1-1] [MQTT-3.14.1-1]
[MQTT-4.13.1-1] [MQTT-4.13.2-1] [MQTT-3.1.1: 2.2.2-1] [MQTT-3.1.1: 2.2.2-2] [MQTT-3.1.1: 3.3.1-4] [MQTT-3.1.1: 3.6.1-1]
[MQTT-3.1.1: 3.8.1-1] [MQTT-3.1.1: 3.10.1-1] [MQTT-3.1.1: 3.14.1-1] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 1 row 12; BEHAVIOUR 12.B row 19, row 22, row 36"""
from lib import check_serving, connect, packets as p


def refused(broker, version, data, what, *reasons):
    client = connect(broker, "x", version=version)
    client.name = f"{what} v{version}"
    client.send(data)
    client.expect_disconnect(*(reasons or (0x81,)))


def test_fixed_header_flags(broker):
    for version in (3, 4, 5):
        packets = {
            "PUBACK": (p.puback(1, version=version), 0), "PUBREC": (p.pubrec(1, version=version), 0),
            "PUBREL": (p.pubrel(1, version=version), 2), "PUBCOMP": (p.pubcomp(1, version=version), 0),
            "SUBSCRIBE": (p.subscribe(1, ["t"], version), 2), "UNSUBSCRIBE": (p.unsubscribe(1, ["t"], version), 2),
            "PINGREQ": (p.pingreq(), 0), "DISCONNECT": (p.disconnect(version=version), 0),
        }
        for name, (data, right) in packets.items():
            for flags in (0, 1, 2, 4, 8, 15):
                if flags != right:
                    refused(broker, version, bytes([data[0] & 0xF0 | flags]) + data[1:], f"{name} flags {flags}")


def test_qos_3(broker):
    for version in (3, 4, 5):
        tail = b"\x00" if version == 5 else b""
        for flags in (6, 7, 14, 15):
            refused(broker, version, p.raw(0x30 | flags, p.string("t") + p.u16(1) + tail), f"PUBLISH flags {flags}")
        if version < 5:
            refused(broker, version, p.subscribe(1, [("t", 3)], version), "SUBSCRIBE QoS 3")
        else:
            refused(broker, version, p.subscribe(1, [("t", 3)], version), "SUBSCRIBE QoS 3", 0x81, 0x82)


def test_reserved_option_bits(broker):
    for option in (0x40, 0x80, 0xC1):
        refused(broker, 5, p.subscribe(1, [("t", option)]), f"options {option:#x}")
    for version in (3, 4):
        for option in (3, 4, 8, 0x10, 0x80, 0xFC):
            refused(broker, version, p.subscribe(1, [("t", option)], version), f"options {option:#x}")


def test_reserved_packet_type(broker):
    for version in (3, 4, 5):
        refused(broker, version, b"\x00\x00", "type 0", 0x81, 0x82)
    for version in (3, 4):
        refused(broker, version, p.auth(0x18), "AUTH")
    check_serving(broker)
