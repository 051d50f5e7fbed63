"""The acknowledgement means that the server owns the message: whoever resumes right after it finds the message,
whichever worker he is on.
[MQTT-4.3.2-4] [MQTT-4.3.3-8] [MQTT-4.5.0-1] [MQTT-3.1.1: 4.3.2-2] [MQTT-3.1.1: 4.3.3-2]
PITFALLS 1 row 4, BEHAVIOUR 12.B row 34"""
from lib import connect

KEEP = dict(clean=False, properties={"session_expiry_interval": 300})


def test_owned(broker):
    names = [f"sub{number}" for number in range(6)]
    for name in names:
        client = connect(broker, name, **KEEP)
        client.subscribe("owned", qos=2)
        client.disconnect()
    publisher = connect(broker, "pub")
    for round_number in range(12):
        qos = round_number % 2 + 1
        publisher.publish("owned", str(round_number), qos=qos)
        client = connect(broker, names[round_number % 6], session=True, **KEEP)
        expected = range(0 if round_number < 6 else round_number - 5, round_number + 1)
        for number in expected:
            client.receive("owned", str(number), qos=number % 2 + 1)
        client.ping()
        client.disconnect()
