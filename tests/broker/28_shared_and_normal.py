"""A client with an ordinary and a shared subscription that both match gets the ordinary copy always, and the group's
copy when it is its turn.
[MQTT-3.3.4-5] [MQTT-4.5.0-1]
BEHAVIOUR 12.B row 17, BEHAVIOUR 12.A row 14"""
from lib import connect


def copies(client):
    """The numbers that arrive before the end marker."""
    numbers = []
    while True:
        message = client.expect("PUBLISH")
        if message.topic == "end":
            return numbers
        client.acknowledge(message)
        numbers.append(int(message.payload))


def test_both_copies(broker):
    both = connect(broker, "both")
    both.subscribe("work/+", qos=1, properties={"subscription_identifier": 1})
    both.subscribe("$share/team/work/#", qos=1, properties={"subscription_identifier": 2})
    publisher = connect(broker, "pub")
    publisher.publish("work/x", b"alone", qos=1)
    ids = [both.receive("work/x", b"alone", qos=1).properties["subscription_identifier"] for _ in range(2)]
    assert sorted(ids) == [[1], [2]], ids
    other = connect(broker, "other")
    other.subscribe("$share/team/work/#", qos=1)
    for client in (both, other):
        client.subscribe("end")
    for number in range(6):
        publisher.publish("work/x", str(number), qos=1)
    publisher.publish("end")
    assert sorted(copies(both) + copies(other)) == sorted([*range(6), *range(6)])
