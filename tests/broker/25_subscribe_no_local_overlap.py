"""No-local belongs to one subscription: through another that lacks it the client's own message arrives, with that
one's QoS and identifier only.
[MQTT-3.8.3-3] [MQTT-3.3.4-4]
BEHAVIOUR 12.B row 16"""
from lib import connect

SUBSCRIPTIONS = (("local/#", 2, True, 1), ("local/x", 1, False, 2))


def test_overlap(broker):
    for order in (SUBSCRIPTIONS, SUBSCRIPTIONS[::-1]):
        client = connect(broker, "self")
        for topic_filter, qos, no_local, number in order:
            client.subscribe(topic_filter, qos=qos, no_local=no_local, properties={"subscription_identifier": number})
        client.publish("local/x", b"own")
        client.receive("local/x", b"own", has={"subscription_identifier": [2]})
        client.publish("local/y", b"own", qos=2)
        client.ping()
        client.disconnect()
