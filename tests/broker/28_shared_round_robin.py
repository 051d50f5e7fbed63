"""Each message goes to one member of a share group, in turn; two groups on one filter get one copy each.
[MQTT-4.8.2-1] [MQTT-4.8.2-3] [MQTT-4.5.0-1]
PITFALLS 1 row 16"""
from lib import connect, many


def counts(members, publisher, qos):
    """Publishes 24 messages; how many each member got, every message exactly once."""
    for number in range(24):
        publisher.publish("work/x", str(number), qos=qos)
    shares = []
    seen = []
    for member in members:
        member.subscribe("end/of/round")
        publisher.publish("end/of/round", b"", qos=0)
        mine = []
        while True:
            message = member.expect("PUBLISH")
            if message.topic == "end/of/round":
                break
            assert message.qos == qos, message
            member.acknowledge(message)
            mine.append(int(message.payload))
        member.unsubscribe("end/of/round")
        assert mine == sorted(mine), mine
        shares.append(len(mine))
        seen += mine
    assert sorted(seen) == list(range(24)), seen
    return shares


def test_equal_shares(broker):
    members = many(broker, "member", 8)
    for member in members:
        member.subscribe("$share/team/work/#", qos=2)
    publisher = connect(broker, "pub")
    for qos in (0, 1, 2):
        assert counts(members, publisher, qos) == [3] * 8
    for member in members[2:]:
        member.unsubscribe("$share/team/work/#")
    assert counts(members[:2], publisher, 1) == [12, 12]


def test_groups_are_apart(broker):
    one, two, plain = connect(broker, "one"), connect(broker, "two"), connect(broker, "plain")
    one.subscribe("$share/a/work/x")
    two.subscribe("$share/b/work/x")
    plain.subscribe("work/x")
    publisher = connect(broker, "pub")
    for number in range(5):
        publisher.publish("work/x", str(number))
        for client in (one, two, plain):
            client.receive("work/x", str(number))
