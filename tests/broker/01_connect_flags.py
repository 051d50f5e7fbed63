"""CONNECT flags that contradict each other or are reserved.
[MQTT-3.1.2-3] [MQTT-3.1.2-11] [MQTT-3.1.2-12] [MQTT-3.1.2-13] [MQTT-3.1.4-1] [MQTT-2.1.3-1]
[MQTT-3.1.1: 3.1.2-3] [MQTT-3.1.1: 3.1.2-11] [MQTT-3.1.1: 3.1.2-13] [MQTT-3.1.1: 3.1.2-14] [MQTT-3.1.1: 3.1.2-15]
[MQTT-3.1.1: 3.1.2-22] [MQTT-3.1.1: 3.1.4-1] [MQTT-3.1.1: 3.2.2-6] [MQTT-3.1.1: 2.2.2-1] [MQTT-3.1.1: 2.2.2-2]
PITFALLS 1 row 12; BEHAVIOUR 12.B row 26"""
from lib import Client, connect, packets as p


def refused(broker, version, data, what):
    client = Client(broker, version)
    client.name = f"{what} v{version}"
    client.send(data)
    client.expect_invalid(0x81, 0x82)


def test_reserved_flag(broker):
    for version in (3, 4, 5):
        refused(broker, version, p.connect("x", version=version, flags=0x03), "reserved flag")


def test_will_bits_without_will(broker):
    for version in (3, 4, 5):
        for flags in (0x0A, 0x12, 0x22, 0x2A):
            refused(broker, version, p.connect("x", version=version, flags=flags), f"flags {flags:#x}")


def test_will_qos_3(broker):
    for version in (3, 4, 5):
        data = p.connect("x", version=version, will=p.will(qos=0), flags=0x02 | 0x04 | 0x18)
        refused(broker, version, data, "will qos 3")


def test_password_without_username_v3(broker):
    for version in (3, 4):
        refused(broker, version, p.connect("x", version=version, password=b"secret"), "password alone")


def test_password_without_username_v5(broker):
    """Version 5 allows it."""
    connect(broker, "token", password=b"secret").ping()


def test_fixed_header_flags(broker):
    for version in (3, 4, 5):
        for flags in (1, 2, 4, 8, 15):
            good = p.connect("x", version=version)
            client = Client(broker, version)
            client.name = f"CONNECT fixed flags {flags} v{version}"
            client.send(bytes([good[0] | flags]) + good[1:])
            packet = client.next_packet()
            if packet is not None:
                assert version == 5 and packet.type == "CONNACK" and packet.reason == 0x81, packet
                client.expect_closed()
