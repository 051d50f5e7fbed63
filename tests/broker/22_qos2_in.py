"""A QoS 2 PUBLISH is answered PUBREC, its PUBREL PUBCOMP, with the same identifier; it is delivered once, and after
PUBCOMP the identifier is a new message.
[MQTT-2.2.1-5] [MQTT-3.5.2-1] [MQTT-3.7.2-1] [MQTT-4.3.3-8] [MQTT-4.3.3-11] [MQTT-4.3.3-12] [MQTT-3.3.4-1]
[MQTT-3.1.1: 2.3.1-6] [MQTT-3.1.1: 4.3.3-2] [MQTT-3.1.1: 3.3.4-1]"""
from lib import connect


def test_exactly_once(broker):
    for version in (3, 4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("qos2", qos=2)
        publisher = connect(broker, "pub", version=version)
        for number in range(5):
            publisher.publish("qos2", str(number), qos=2, packet_id=4711)
            subscriber.receive("qos2", str(number), qos=2)
        subscriber.expect_nothing(after=publisher)
        subscriber.disconnect()
