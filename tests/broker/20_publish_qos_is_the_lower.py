"""A message is delivered at the lower of the published and the granted QoS, through every pair of versions.
[MQTT-3.8.4-7] [MQTT-3.8.4-8] [MQTT-3.3.4-1] [MQTT-3.1.1: 3.8.4-6] [MQTT-3.1.1: 3.3.4-1]"""
from lib import connect


def test_matrix(broker):
    for from_version, to_version in ((3, 5), (4, 4), (5, 3), (5, 5)):
        publisher = connect(broker, "pub", version=from_version)
        subscriber = connect(broker, "sub", version=to_version)
        for granted in (0, 1, 2):
            subscriber.subscribe("lower/topic", qos=granted)
            for published in (0, 1, 2):
                payload = bytes([granted, published])
                publisher.publish("lower/topic", payload, qos=published)
                subscriber.receive("lower/topic", payload, qos=min(granted, published))
        subscriber.disconnect()
        publisher.disconnect()
