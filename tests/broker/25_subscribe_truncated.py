"""A SUBSCRIBE that ends in the middle, in particular right after a filter, is malformed: that connection ends, the
broker serves on.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 1 row 1, BEHAVIOUR 12.C row 1"""
from lib import connect, packets as p


def test_every_cut(broker):
    for version in (3, 4, 5):
        properties = {"subscription_identifier": 300, "user_property": [("key", "value")]} if version == 5 else None
        body = p.subscribe(1, [("a/b", 1), ("c", 0)], version, properties)[2:]
        one_filter = len(body) - 4
        for length in range(len(body)):
            if length == one_filter:
                continue
            client = connect(broker, "sub", version=version)
            client.send(p.raw(0x82, body[:length]))
            client.expect_disconnect(0x81, 0x82)
