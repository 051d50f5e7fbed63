"""A message that nobody subscribed to is acknowledged all the same, with success or 0x10.
[MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-4.3.2-4] [MQTT-4.3.3-8]"""
from lib import connect


def test_nobody(broker):
    for version in (3, 4, 5):
        publisher = connect(broker, "pub", version=version)
        for qos in (0, 1, 2):
            publisher.publish("nobody/listens", b"x", qos=qos)
        publisher.ping()
