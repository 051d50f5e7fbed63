"""Members of several groups that one message reaches each get the identifier of their own subscription.
[MQTT-3.3.4-3] [MQTT-3.3.4-5] [MQTT-4.8.2-3]"""
from lib import many


def test_identifiers(broker):
    members = many(broker, "member", 8)
    for number, member in enumerate(members, 1):
        member.subscribe(f"$share/group{number}/work", qos=1, properties={"subscription_identifier": number})
    publisher = many(broker, "pub", 1)[0]
    for qos in (0, 1):
        publisher.publish("work", b"x", qos=qos)
        for number, member in enumerate(members, 1):
            member.receive("work", b"x", qos=qos, has={"subscription_identifier": [number]})
