"""An offline member is passed over while another is online; if none is online one of them stores the message.
[MQTT-4.5.0-1]
PITFALLS 1 row 16, BEHAVIOUR 12.B row 33"""
from lib import connect

config = dict(broker={"sys_interval": "100ms"})
KEEP = {"session_expiry_interval": 300}


def test_online_first(broker):
    away = connect(broker, "away", properties=KEEP)
    here = connect(broker, "here", properties=KEEP)
    for member in (away, here):
        member.subscribe("$share/team/work", qos=1)
    away.disconnect()
    publisher = connect(broker, "pub")
    for number in range(10):
        publisher.publish("work", str(number), qos=1)
        here.receive("work", str(number), qos=1)
    here.disconnect()
    for number in range(10, 20):
        publisher.publish("work", str(number), qos=1)
    got, members = [], []  # who stays, so that nothing is dropped for being offline
    for name in ("away", "here"):
        member = connect(broker, name, clean=False, session=True, properties=KEEP)
        members.append(member)
        member.subscribe("end")
        publisher.publish("end")
        while (message := member.expect("PUBLISH")).topic != "end":
            member.acknowledge(message)
            got.append(int(message.payload))
    members[0].receive("end", "")  # the second one: unread, it may be dropped while the next test counts
    assert sorted(got) == list(range(10, 20)), got


def test_qos0_is_not_stored_for_the_group(broker):
    away = connect(broker, "away", properties=KEEP)
    away.subscribe("$share/team/qos0", qos=1)
    away.disconnect()
    before = int(broker.sys("messages/dropped/offline"))
    connect(broker, "pub").publish("qos0", b"x")
    broker.wait_sys("messages/dropped/offline", lambda value: value == before + 1)
    member = connect(broker, "away", clean=False, session=True, properties=KEEP)
    member.ping()
