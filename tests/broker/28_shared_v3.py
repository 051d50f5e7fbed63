"""A v3 client can be a member of a share group, beside v5 clients.
[MQTT-4.8.2-1] [MQTT-4.8.2-3]"""
from lib import connect


def test_mixed_group(broker):
    older, newer = connect(broker, "older", version=4), connect(broker, "newer")
    older.subscribe("$share/team/work", qos=1)
    newer.subscribe("$share/team/work", qos=1)
    publisher = connect(broker, "pub")
    for number in range(0, 10, 2):
        publisher.publish("work", str(number), qos=1)
        publisher.publish("work", str(number + 1), qos=1)
        older.receive("work", str(number), qos=1)
        newer.receive("work", str(number + 1), qos=1)
