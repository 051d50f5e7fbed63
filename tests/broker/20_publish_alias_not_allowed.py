"""With topic_alias_maximum 0 no alias is announced and any alias is answered 0x94.
[MQTT-3.2.2-18] [MQTT-3.3.2-9]
BEHAVIOUR 12.B row 20"""
from lib import connect, packets as p

config = dict(limits={"topic_alias_maximum": 0})


def test_no_alias(broker):
    client = connect(broker, "pub")
    assert client.connack.properties.get("topic_alias_maximum", 0) == 0
    client.send(p.publish("a", b"x", properties={"topic_alias": 1}))
    client.expect_disconnect(0x94)
