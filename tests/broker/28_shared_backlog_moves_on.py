"""When a member's session ends, the QoS 1 messages that it had not acknowledged go to another member, in order; the
rest of the group's flow is not disturbed.
PITFALLS 2 row 9, BEHAVIOUR 12.B row 33"""
from lib import connect, packets as p


def test_unacknowledged_and_queued(broker):
    leaving = connect(broker, "leaving", properties={"receive_maximum": 2})
    leaving.subscribe("$share/team/work", qos=1)
    publisher = connect(broker, "pub")
    for number in range(6):
        publisher.publish("work", str(number), qos=1)
    leaving.receive("work", b"0", qos=1, ack=False)
    leaving.receive("work", b"1", qos=1, ack=False)
    leaving.ping()
    staying = connect(broker, "staying")
    staying.subscribe("$share/team/work", qos=1)
    leaving.disconnect()
    for number in range(6):
        staying.receive("work", str(number), qos=1, dup=False)


def test_offline_backlog_at_session_end(broker):
    properties = {"session_expiry_interval": 300}
    leaving = connect(broker, "leaving", properties=properties)
    leaving.subscribe("$share/team/later", qos=1)
    leaving.disconnect()
    publisher = connect(broker, "pub")
    for number in range(5):
        publisher.publish("later", str(number), qos=1)
    staying = connect(broker, "staying")
    staying.subscribe("$share/team/later", qos=1)
    staying.ping()
    connect(broker, "leaving", clean=True, session=False).disconnect()
    for number in range(5):
        staying.receive("later", str(number), qos=1)


def test_nobody_left(broker):
    last = connect(broker, "last")
    last.subscribe("$share/team/none", qos=1)
    connect(broker, "pub").publish("none", b"x", qos=1)
    message = last.receive("none", b"x", qos=1, ack=False)
    last.send(p.puback(message.packet_id) + p.disconnect())
    last.expect_closed()
