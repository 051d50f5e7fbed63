"""A live message reaches an ordinary subscription with RETAIN 0, whatever the publisher set.
[MQTT-3.3.1-12] [MQTT-3.1.1: 3.3.1-9]"""
from lib import connect


def test_live_is_not_retained(broker):
    for version in (3, 4, 5):
        subscriber = connect(broker, "sub", version=version)
        publisher = connect(broker, "pub", version=version)
        subscriber.subscribe("live", qos=2, **({"retain_handling": 2} if version == 5 else {}))
        if version < 5:
            publisher.publish("live", b"", retain=True)
            subscriber.receive("live", b"", retain=False)
        for qos in (0, 1, 2):
            publisher.publish("live", b"x", qos=qos, retain=True)
            subscriber.receive("live", b"x", qos=qos, retain=False)
        publisher.publish("live", b"", retain=True)
        subscriber.receive("live", b"", retain=False)
        subscriber.disconnect()
