"""The subscription identifier of the matching subscription comes with each message, live and retained.
[MQTT-3.3.4-3] [MQTT-3.3.4-4] [MQTT-3.8.4-3]"""
from lib import connect


def test_identifier(broker):
    client = connect(broker, "sub")
    publisher = connect(broker, "pub")
    for identifier in (1, 127, 128, 16384, 268435455):
        client.subscribe("id/+", qos=2, properties={"subscription_identifier": identifier})
        for qos in (0, 1, 2):
            publisher.publish("id/x", b"x", qos=qos)
            client.receive("id/x", b"x", qos=qos, has={"subscription_identifier": [identifier]})
    client.subscribe("id/+")
    publisher.publish("id/x", b"x")
    client.receive("id/x", b"x", lacks=["subscription_identifier"])


def test_one_for_all_filters_of_the_packet(broker):
    client = connect(broker, "sub")
    client.subscribe("a", "b", properties={"subscription_identifier": 5})
    client.subscribe("c", properties={"subscription_identifier": 6})
    for topic, identifier in (("a", 5), ("b", 5), ("c", 6)):
        client.publish(topic, b"x")
        client.receive(topic, b"x", has={"subscription_identifier": [identifier]})
