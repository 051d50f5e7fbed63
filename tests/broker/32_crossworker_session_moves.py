"""A session is found by its id on whatever worker the new connection arrives, with its subscriptions, backlog and
exchanges.
[MQTT-3.1.2-5] [MQTT-3.1.3-2] [MQTT-3.2.2-3] [MQTT-3.1.1: 3.1.3-2] [MQTT-3.1.1: 3.2.2-2]"""
from lib import connect

KEEP = dict(clean=False, properties={"session_expiry_interval": 300})


def test_found_again(broker):
    publisher = connect(broker, "pub")
    for name in (f"moving{number}" for number in range(8)):
        connect(broker, name, session=False, **KEEP).subscribe("moving/x", qos=1)
    for round_number in range(6):
        publisher.publish("moving/x", str(round_number), qos=1)
        for name in (f"moving{number}" for number in range(8)):
            client = connect(broker, name, session=True, **KEEP)
            message = client.expect("PUBLISH", payload=str(round_number), qos=1)
            client.acknowledge(message)
            client.ping()
            if round_number % 2:
                client.disconnect()
    for name in (f"moving{number}" for number in range(8)):
        connect(broker, name, clean=True, session=False).ping()
