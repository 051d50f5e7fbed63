"""A PUBLISH with both QoS bits set is malformed: 0x81 and close, whatever the other flags.
[MQTT-3.3.1-4] [MQTT-2.1.3-1] [MQTT-4.13.1-1] [MQTT-4.13.2-1] [MQTT-3.1.1: 3.3.1-4] [MQTT-3.1.1: 2.2.2-2]
[MQTT-3.1.1: 4.8.0-1]
PITFALLS 1 row 12, BEHAVIOUR 12.B row 36"""
from lib import connect, packets as p


def test_qos3(broker):
    for version in (3, 4, 5):
        for flags in (0x6, 0x7, 0xE, 0xF):
            client = connect(broker, "pub", version=version)
            tail = b"\x00" if version == 5 else b""
            client.send(p.raw(0x30 | flags, p.string("qos3") + p.u16(1) + tail + b"x"))
            client.expect_disconnect(0x81)
