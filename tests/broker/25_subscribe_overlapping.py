"""Overlapping subscriptions of one client: the highest QoS, and every identifier, in one copy or in one copy each.
[MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4] [MQTT-3.3.4-5] [MQTT-3.1.1: 3.3.5-1]"""
from lib import connect

FILTERS = (("over/lap", 0), ("over/+", 1), ("#", 2), ("+/lap", 0))


def copies(client, publisher):
    """Every copy of one message that is published at QoS 1."""
    publisher.publish("over/lap", b"x", qos=1)
    publisher.publish("over/lap", b"end")
    found = []
    while True:
        message = client.expect("PUBLISH", topic="over/lap")
        if message.payload == b"end":
            return found
        client.acknowledge(message)
        found.append(message)


def test_identifiers_and_qos(broker):
    for filters in (FILTERS, FILTERS[::-1]):
        client = connect(broker, "sub")
        for topic_filter, qos in filters:
            number = FILTERS.index((topic_filter, qos)) + 1
            client.subscribe(topic_filter, qos=qos, properties={"subscription_identifier": number})
        client.subscribe("over/#", qos=0)
        messages = copies(client, connect(broker, "pub"))
        numbers = sorted(n for each in messages for n in each.properties.get("subscription_identifier", []))
        assert numbers == [1, 2, 3, 4], messages
        assert max(each.qos for each in messages) == 1
        client.disconnect()


def test_v3_highest_qos(broker):
    for version in (3, 4):
        client = connect(broker, "older", version=version)
        client.subscribe(*FILTERS)
        assert max(each.qos for each in copies(client, connect(broker, "pub"))) == 1
        client.disconnect()
