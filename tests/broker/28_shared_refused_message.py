"""A member that refuses a message by PUBACK or PUBREC ends it: nobody else gets it.
[MQTT-4.8.2-6] [MQTT-4.4.0-2]"""
from lib import connect, packets as p


def test_refused(broker):
    members = [connect(broker, f"member{number}") for number in range(2)]
    for member in members:
        member.subscribe("$share/team/work", qos=2)
    publisher = connect(broker, "pub")
    for turn, (qos, answer) in enumerate(((1, p.puback), (1, p.puback), (2, p.pubrec), (2, p.pubrec))):
        publisher.publish("work", b"refused", qos=qos)
        member, other = members[turn % 2], members[1 - turn % 2]
        message = member.receive("work", b"refused", qos=qos, ack=False)
        member.send(answer(message.packet_id, 0x83))
        member.ping()
        other.expect_nothing(after=publisher)
