"""An unsupported protocol level or name: v3 return code 0x01, v5 reason 0x84, then close.
[MQTT-3.1.2-1] [MQTT-3.1.2-2] [MQTT-3.1.1: 3.1.2-1] [MQTT-3.1.1: 3.1.2-2] [MQTT-3.2.2-7]  BEHAVIOUR 12.B row 23"""
from lib import Client, packets as p


def answer(broker, name, level):
    """The bytes that answer a CONNECT of this protocol name and level, until close."""
    client = Client(broker, 4)
    client.send(p.connect("x", version=4, protocol_name=name, protocol_level=level))
    received = b""
    while chunk := client.socket.recv(1000):
        received += chunk
    return received


def test_higher_level(broker):
    for level in (6, 7, 127, 255):
        received = answer(broker, "MQTT", level)
        assert received[:1] == b"\x20" and received[2:4] == b"\x00\x84", received.hex(" ")


def test_lower_level(broker):
    for name, level in (("MQTT", 0), ("MQTT", 1), ("MQTT", 2), ("MQIsdp", 0), ("MQIsdp", 2)):
        received = answer(broker, name, level)
        assert received[:4] in (b"\x20\x02\x00\x01", b"\x20\x03\x00\x84"), (name, level, received.hex(" "))


def test_wrong_name(broker):
    """The server may answer or just close; it never goes on."""
    for name in ("MQTTX", "mqtt", "", "MQIsdq", "HTTP", "M" * 1000):
        for level in (3, 4, 5):
            received = answer(broker, name, level)
            accepted = received[:1] == b"\x20" and received[3:4] == b"\x00"
            assert not accepted, (name, level, received.hex(" "))


def test_name_of_another_version(broker):
    for name, level in (("MQIsdp", 4), ("MQIsdp", 5), ("MQTT", 3)):
        received = answer(broker, name, level)
        assert not (received[:1] == b"\x20" and received[3:4] == b"\x00"), (name, level, received.hex(" "))
