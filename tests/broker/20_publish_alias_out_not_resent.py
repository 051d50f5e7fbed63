"""A stored or resent message carries its full topic on the new connection, with or without aliases there.
[MQTT-3.3.2-7] [MQTT-3.1.2-27]
PITFALLS 1 row 6, PITFALLS 2 row 8, BEHAVIOUR 12.B row 20"""
from lib import connect

EXPIRY = {"session_expiry_interval": 300}


def test_full_topic_after_resume(broker):
    for maximum in (0, 5):
        subscriber = connect(broker, "sub", properties={**EXPIRY, "topic_alias_maximum": 5, "receive_maximum": 2})
        subscriber.subscribe("alias/#", qos=1)
        publisher = connect(broker, "pub")
        for number in range(4):
            publisher.publish("alias/x", str(number), qos=1)
        for number in range(2):
            subscriber.expect("PUBLISH", payload=str(number))
        subscriber.disconnect()
        for number in range(4, 6):
            publisher.publish("alias/x", str(number), qos=1)
        properties = {**EXPIRY, **({"topic_alias_maximum": maximum} if maximum else {})}
        again = connect(broker, "sub", clean=False, session=True, properties=properties)
        seen = set()
        for number in range(6):
            message = again.expect("PUBLISH", payload=str(number), qos=1, dup=number < 2)
            alias = message.properties.get("topic_alias")
            assert alias is None or maximum
            assert message.topic == "alias/x" or alias in seen, message
            seen.add(alias)
            again.acknowledge(message)
        again.disconnect(0, {"session_expiry_interval": 0})
