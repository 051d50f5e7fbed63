"""A property that may stand once and stands twice is a protocol error, in every packet that carries it.
[MQTT-4.13.1-1]
BEHAVIOUR 12.B row 19"""
from lib import connect, packets as p


def test_twice(broker):
    once = {"payload_format_indicator": 1, "message_expiry_interval": 5, "content_type": "c", "response_topic": "r",
            "correlation_data": b"d", "topic_alias": 1}
    faults = [p.publish("a", b"x", properties=[(name, value), (name, value)]) for name, value in once.items()]
    faults += [build(1, 0, [("reason_string", "r"), ("reason_string", "r")])
               for build in (p.puback, p.pubrec, p.pubrel, p.pubcomp)]
    faults += [p.subscribe(1, ["a"], properties=[("subscription_identifier", 1), ("subscription_identifier", 2)])]
    faults += [p.disconnect(0, [("session_expiry_interval", 0)] * 2), p.disconnect(0, [("reason_string", "r")] * 2)]
    for data in faults:
        client = connect(broker, "twice")
        client.send(data)
        client.expect_disconnect(0x81, 0x82)
