"""A QoS 2 delivery begun to a member stays with it: it is finished after a resume, and goes to nobody else when the
session ends.
[MQTT-4.8.2-4] [MQTT-4.8.2-5]
PITFALLS 2 row 9, BEHAVIOUR 12.B row 33"""
from lib import connect

KEEP = {"session_expiry_interval": 300}


def begun(broker, name):
    """A member with one QoS 2 message under way, which then goes away, and another member."""
    member = connect(broker, name, properties=KEEP)
    member.subscribe("$share/team/work", qos=2)
    publisher = connect(broker, "pub")
    publisher.publish("work", b"begun", qos=2)
    message = member.receive("work", b"begun", qos=2, ack=False)
    other = connect(broker, "other")
    other.subscribe("$share/team/work", qos=2)
    member.disconnect()
    return message, other, publisher


def test_finished_after_resume(broker):
    message, other, publisher = begun(broker, "first")
    other.expect_nothing(after=publisher)
    member = connect(broker, "first", clean=False, session=True, properties=KEEP)
    again = member.receive("work", b"begun", qos=2, dup=True)
    assert again.packet_id == message.packet_id
    member.unsubscribe("$share/team/work")
    other.unsubscribe("$share/team/work")


def test_not_moved_at_session_end(broker):
    _, other, publisher = begun(broker, "second")
    connect(broker, "second", clean=True, session=False)
    publisher.publish("work", b"next", qos=2)
    other.receive("work", b"next", qos=2)
    other.expect_nothing(after=publisher)
