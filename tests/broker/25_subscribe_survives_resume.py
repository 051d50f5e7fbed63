"""Options and identifiers of subscriptions are part of the session: they hold after a resume as before.
[MQTT-3.1.2-5] [MQTT-3.1.2-23] [MQTT-4.1.0-1] [MQTT-3.3.4-3] [MQTT-3.1.1: 3.1.2-4] [MQTT-3.1.1: 4.1.0-1]"""
from lib import connect

KEEP = {"session_expiry_interval": 300}


def test_options_after_resume(broker):
    client = connect(broker, "sub", properties=KEEP)
    client.subscribe("opt/a", qos=1, retain_as_published=True, properties={"subscription_identifier": 42})
    client.subscribe("opt/b", qos=2, no_local=True)
    client.disconnect()
    publisher = connect(broker, "pub")
    publisher.publish("opt/a", b"offline", qos=2, retain=True)
    client = connect(broker, "sub", clean=False, session=True, properties=KEEP)
    client.receive("opt/a", b"offline", qos=1, retain=True, has={"subscription_identifier": [42]})
    publisher.publish("opt/a", b"online", qos=2, retain=False)
    client.receive("opt/a", b"online", qos=1, has={"subscription_identifier": [42]})
    client.publish("opt/b", b"own", qos=1)
    client.ping()
    publisher.publish("opt/b", b"other", qos=2)
    client.receive("opt/b", b"other", qos=2, lacks=["subscription_identifier"])


def test_v3_session(broker):
    client = connect(broker, "older", version=4, clean=False)
    client.subscribe("opt/c", qos=1)
    client.disconnect()
    client = connect(broker, "older", version=4, clean=False, session=True)
    connect(broker, "pub").publish("opt/c", b"x", qos=2)
    client.receive("opt/c", b"x", qos=1)
