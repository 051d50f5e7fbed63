"""A share member gets a message at no more than its own granted QoS, and with its own identifier.
[MQTT-4.8.2-3] [MQTT-3.3.4-3]"""
from lib import connect


def test_own_qos(broker):
    members = [connect(broker, f"member{qos}") for qos in range(3)]
    for qos, member in enumerate(members):
        member.subscribe("$share/team/work", qos=qos, properties={"subscription_identifier": qos + 1})
    publisher = connect(broker, "pub")
    for turn in range(6):
        publisher.publish("work", str(turn), qos=2)
        qos = turn % 3
        members[qos].receive("work", str(turn), qos=qos, has={"subscription_identifier": [qos + 1]})
