"""A subscription at QoS 0 stores nothing for an absent client, whatever the published QoS.
[MQTT-3.8.4-8] [MQTT-3.1.1: 3.8.4-6]"""
from lib import connect


def test_qos0_subscription(broker):
    keep = dict(clean=False, properties={"session_expiry_interval": 300})
    client = connect(broker, "sub", **keep)
    client.subscribe("off", qos=0)
    client.disconnect()
    publisher = connect(broker, "pub")
    for qos in (0, 1, 2):
        publisher.publish("off", b"x", qos=qos)
    connect(broker, "sub", session=True, **keep).ping()
