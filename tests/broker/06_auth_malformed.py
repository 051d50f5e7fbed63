"""AUTH with reserved flags, unknown reasons or broken properties.
[MQTT-3.15.1-1] [MQTT-3.15.2-1] [MQTT-4.13.1-1]"""
from lib import connect, packets as p


def refused(broker, data, *reasons):
    client = connect(broker, "x")
    client.name = data.hex(" ")
    client.send(data)
    client.expect_disconnect(*reasons)


def test_flags(broker):
    for flags in (1, 2, 4, 8, 15):
        refused(broker, p.raw(0xF0 | flags, b"\x18\x00"), 0x81)


def test_reasons(broker):
    for reason in (0x01, 0x04, 0x10, 0x17, 0x1A, 0x80, 0xFF):
        refused(broker, p.auth(reason, {"authentication_method": "M"}), 0x81, 0x82)


def test_properties(broker):
    for properties in ({"topic_alias": 1}, {"session_expiry_interval": 1}, b"\x15\x00", b"\x16\x00\x05a", b"\x7f",
                       [("authentication_method", "M"), ("authentication_method", "M")]):
        refused(broker, p.auth(0x18, properties), 0x81, 0x82)


def test_truncated(broker):
    whole = p.auth(0x18, {"authentication_method": "M", "authentication_data": b"d"})
    for cut in range(1, len(whole) - 2):
        refused(broker, p.raw(0xF0, whole[2:2 + cut]), 0x81, 0x82)
