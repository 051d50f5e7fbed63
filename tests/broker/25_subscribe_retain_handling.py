"""Retain handling 0 sends stored messages at every SUBSCRIBE, 1 only for a new subscription, 2 never.
[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.1.1: 3.3.1-6] [MQTT-3.1.1: 3.3.1-8]"""
from lib import connect

KEEP = {"session_expiry_interval": 300}


def test_handling(broker):
    connect(broker, "pub").publish("kept/1", b"x", qos=1, retain=True)
    client = connect(broker, "sub", properties=KEEP)
    for handling, new, again in ((0, True, True), (1, True, False), (2, False, False)):
        for replayed in (new, again, again):
            client.subscribe("kept/#", retain_handling=handling)
            if replayed:
                client.receive("kept/1", b"x", retain=True)
            client.ping()
        client.unsubscribe("kept/#")
        client.subscribe("kept/#", retain_handling=handling)
        if new:
            client.receive("kept/1", b"x", retain=True)
        client.ping()
        client.unsubscribe("kept/#")


def test_existing_in_a_resumed_session(broker):
    connect(broker, "pub").publish("kept/1", b"x", qos=1, retain=True)
    client = connect(broker, "sub", properties=KEEP)
    client.subscribe("kept/1", retain_handling=2)
    client.disconnect()
    client = connect(broker, "sub", clean=False, session=True, properties=KEEP)
    client.subscribe("kept/1", retain_handling=1)
    client.ping()
    client.subscribe("kept/+", retain_handling=1)
    client.receive("kept/1", b"x", retain=True)


def test_v3_always_replays(broker):
    connect(broker, "pub").publish("kept/1", b"x", qos=1, retain=True)
    for version in (3, 4):
        client = connect(broker, "older", version=version)
        for _ in range(3):
            client.subscribe("kept/1", qos=1)
            client.receive("kept/1", b"x", qos=1, retain=True)
