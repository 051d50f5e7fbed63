"""A will of a session that goes on reaches that session's own subscription, unless that is no-local.
[MQTT-3.1.2-8] [MQTT-3.8.3-3]"""
from lib import connect, packets as p

KEEP = {"session_expiry_interval": 100}


def test_own_subscription(broker):
    client = connect(broker, "x", clean=False, properties=KEEP, will=p.will("own", b"me", 1))
    client.subscribe("own", qos=1)
    client.close()
    again = connect(broker, "x", clean=False, session=True, properties=KEEP)
    again.receive("own", b"me", qos=1)
    again.unsubscribe("own")
    again.disconnect()


def test_no_local(broker):
    client = connect(broker, "y", clean=False, properties=KEEP, will=p.will("own", b"me", 1))
    client.subscribe("own", qos=1, no_local=True)
    client.close()
    again = connect(broker, "y", clean=False, session=True, properties=KEEP)
    again.ping()
