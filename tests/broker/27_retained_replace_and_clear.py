"""A retained message replaces the one before, also at QoS 0; an empty one is forwarded, removes it and is not
stored; an unretained one leaves it alone.
[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-7] [MQTT-3.3.1-8] [MQTT-3.1.1: 3.3.1-5] [MQTT-3.1.1: 3.3.1-6]
[MQTT-3.1.1: 3.3.1-7] [MQTT-3.1.1: 3.3.1-10] [MQTT-3.1.1: 3.3.1-11] [MQTT-3.1.1: 3.3.1-12]
BEHAVIOUR 12.A row 11"""
from lib import connect


def stored(broker, version, *payloads):
    client = connect(broker, "late", version=version)
    client.subscribe("kept/#", qos=2)
    for payload in payloads:
        client.receive("kept/x", payload, qos=client_qos(payload), retain=True)
    client.ping()
    client.disconnect()


def client_qos(payload):
    return int(payload[-1:])


def test_life_of_a_retained_message(broker):
    for version in (3, 4, 5):
        publisher = connect(broker, "pub", version=version)
        live = connect(broker, "live", version=version)
        live.subscribe("kept/x", qos=2)
        for payload in (b"at 1", b"at 2", b"at 0"):
            publisher.publish("kept/x", payload, qos=client_qos(payload), retain=True)
            live.receive("kept/x", payload, qos=client_qos(payload), retain=False)
            stored(broker, version, payload)
        for payload in (b"", b"live"):
            publisher.publish("kept/x", payload, qos=1)
            live.receive("kept/x", payload, qos=1)
            stored(broker, version, b"at 0")
        for qos in (1, 0):
            publisher.publish("kept/x", b"", qos=qos, retain=True)
            live.receive("kept/x", b"", qos=qos)
            publisher.ping()
            stored(broker, version)
        live.disconnect()
