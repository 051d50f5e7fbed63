"""QoS 1 and 2 messages for an absent client are stored and come in order at resume, before anything new; QoS 0 is
not stored.
[MQTT-3.1.2-5] [MQTT-3.1.2-23] [MQTT-4.5.0-1] [MQTT-4.6.0-5] [MQTT-3.1.1: 3.1.2-4] [MQTT-3.1.1: 3.1.2-5]
[MQTT-3.1.1: 4.5.0-1] [MQTT-3.1.1: 4.6.0-6]"""
from lib import connect


def test_offline(broker):
    for version in (3, 4, 5):
        properties = {"session_expiry_interval": 300} if version == 5 else None
        keep = dict(version=version, clean=False, properties=properties)
        client = connect(broker, "sub", **keep)
        client.subscribe("off/+", qos=2)
        client.disconnect()
        publisher = connect(broker, "pub")
        for number in range(90):
            publisher.publish(f"off/{number % 4}", str(number), qos=number % 3)
        client = connect(broker, "sub", **keep)
        publisher.publish("off/0", b"new", qos=0)
        for number in range(90):
            if number % 3:
                client.receive(f"off/{number % 4}", str(number), qos=number % 3)
        client.receive("off/0", b"new")
        client.ping()
        client.disconnect()
        connect(broker, "sub", version=version).disconnect()
