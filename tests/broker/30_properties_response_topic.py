"""A response topic with wildcards or ill-formed, and an ill-formed content type, end the connection; nothing is
forwarded.
[MQTT-3.3.2-13] [MQTT-3.3.2-14] [MQTT-3.3.2-19] [MQTT-1.5.7-1] [MQTT-1.5.4-1] [MQTT-1.5.4-2]"""
from lib import connect, packets as p


def test_faults(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    bad_strings = (b"\xff", b"a\x00", b"\xed\xbf\xbf")
    faults = [("response_topic", value) for value in ("a/+", "#", "a#", "+/b", *bad_strings)]
    faults += [("content_type", value) for value in bad_strings]
    faults += [("user_property", pair) for value in bad_strings for pair in ((value, "v"), ("k", value))]
    for name, value in faults:
        client = connect(broker, "pub")
        client.send(p.publish("a", b"x", qos=1, properties=[(name, value)]))
        client.expect_disconnect(0x81, 0x82, 0x90)
    watcher.ping()
