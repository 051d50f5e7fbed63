"""A client that gave no alias maximum, or 0, never gets an alias.
[MQTT-3.1.2-27]"""
from lib import connect


def test_no_alias(broker):
    for properties in (None, {"topic_alias_maximum": 0}):
        subscriber = connect(broker, "sub", properties=properties)
        subscriber.subscribe("alias/#")
        publisher = connect(broker, "pub")
        for number in range(20):
            publisher.publish("alias/same", str(number))
            subscriber.receive("alias/same", str(number), lacks=["topic_alias"])
