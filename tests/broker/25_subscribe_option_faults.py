"""Reserved option bits, QoS 3 and retain handling 3 make SUBSCRIBE malformed or a protocol error: close, nothing
subscribed.
[MQTT-3.8.3-5] [MQTT-4.13.1-1] [MQTT-3.1.1: 3.8.3-4] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 1 row 12, BEHAVIOUR 12.B row 19"""
from lib import connect, packets as p


def test_v5(broker):
    for option in (0x03, 0x07, 0x30, 0x31, 0x40, 0x80, 0xC0, 0xFF):
        client = connect(broker, "sub")
        client.send(p.subscribe(1, [("fine", 0), ("wrong", option)]))
        client.expect_disconnect(0x81, 0x82)


def test_v3(broker):
    for version in (3, 4):
        for option in (0x03, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF):
            client = connect(broker, "sub", version=version)
            client.send(p.subscribe(1, [("wrong", option)], version))
            client.expect_closed()
