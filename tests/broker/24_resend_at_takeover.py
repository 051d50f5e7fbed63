"""A client that takes its own session over gets what is open on the old connection, and the old one gets nothing
more.
[MQTT-3.1.4-3] [MQTT-4.4.0-1] [MQTT-3.14.4-1] [MQTT-3.14.4-2] [MQTT-3.1.1: 3.1.4-2] [MQTT-3.1.1: 4.4.0-1]"""
from lib import connect


def test_takeover(broker):
    for version in (4, 5):
        properties = {"session_expiry_interval": 300} if version == 5 else None
        keep = dict(version=version, clean=False, properties=properties)
        old = connect(broker, "sub", **keep)
        old.subscribe("resend", qos=1)
        publisher = connect(broker, "pub")
        for number in range(5):
            publisher.publish("resend", str(number), qos=1)
            old.receive("resend", str(number), qos=1, ack=False)
        new = connect(broker, "sub", session=True, **keep)
        old.expect_disconnect(0x8E)
        for number in range(5):
            new.receive("resend", str(number), qos=1, dup=True)
        publisher.publish("resend", b"after", qos=1)
        new.receive("resend", b"after", qos=1)
        new.disconnect()
        connect(broker, "sub", version=version).disconnect()
