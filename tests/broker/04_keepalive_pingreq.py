"""PINGREQ is answered by PINGRESP, and only a well-formed one.
[MQTT-3.12.4-1] [MQTT-2.1.3-1] [MQTT-3.1.1: 3.12.4-1] [MQTT-3.1.1: 2.2.2-2]"""
from lib import connect, packets as p


def test_many(broker):
    for version in (3, 4, 5):
        client = connect(broker, "x", version=version)
        client.send(p.pingreq() * 500)
        for _ in range(500):
            client.expect("PINGRESP")
        client.ping()


def test_malformed(broker):
    for version in (3, 4, 5):
        for data in (b"\xc1\x00", b"\xc8\x00", b"\xc0\x01\x00", b"\xc0\x02\x00\x00"):
            client = connect(broker, "x", version=version)
            client.name = data.hex()
            client.send(data)
            client.expect_disconnect(0x81)
