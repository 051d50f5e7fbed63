"""With payload_format_check a payload that is not the UTF-8 it claims to be is refused with 0x99 and not forwarded.
[MQTT-3.3.2-4] [MQTT-3.4.2-1] [MQTT-3.5.2-1]"""
from lib import connect

config = dict(limits={"payload_format_check": True})
TEXT = {"payload_format_indicator": 1}


def test_wrong_text_is_refused(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("format", qos=2)
    publisher = connect(broker, "pub")
    for qos in (1, 2):
        publisher.publish("format", b"\xff\xfe", qos=qos, properties=TEXT, expect=0x99)
        publisher.publish("format", b"\xed\xa0\x80", qos=qos, properties=TEXT, expect=0x99)
        publisher.publish("format", "gr\u00fcn".encode(), qos=qos, properties=TEXT)
        subscriber.receive("format", "gr\u00fcn".encode(), qos=qos, has=TEXT)
        publisher.publish("format", b"\xff", qos=qos, properties={"payload_format_indicator": 0})
        subscriber.receive("format", b"\xff", qos=qos)
    subscriber.expect_nothing(after=publisher)
