"""The payload may be any bytes.
[MQTT-3.3.2-4] [MQTT-3.1.1: 3.3.4-1]"""
from lib import connect


def test_bytes(broker):
    for version in (3, 4, 5):
        client = connect(broker, "bytes", version=version)
        client.subscribe("bytes", qos=1)
        for payload in (bytes(range(256)), b"\x00", b"\xff" * 1000, b"\xc3\x28", b""):
            client.publish("bytes", payload)
            client.receive("bytes", payload)
        client.disconnect()
