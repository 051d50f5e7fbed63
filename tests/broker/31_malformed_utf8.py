"""Ill-formed UTF-8 closes the connection wherever a string stands: overlong forms, surrogates, cut sequences, values
above U+10FFFF, U+0000. Well-formed text of any kind passes, a byte order mark included.
[MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.4-3] [MQTT-3.3.2-1] [MQTT-4.7.3-2] [MQTT-3.1.1: 1.5.3-1]
[MQTT-3.1.1: 1.5.3-2] [MQTT-3.1.1: 1.5.3-3] [MQTT-3.1.1: 3.3.2-1] [MQTT-3.1.1: 4.7.3-2]"""
from lib import connect, packets as p

BAD = (
    b"\x00", b"a\x00b", b"\x80", b"\xbf", b"\xc0\x80", b"\xc0\xaf", b"\xc1\xbf", b"\xc2", b"\xe0\x80\x80",
    b"\xe0\x9f\xbf", b"\xe2\x82", b"\xed\xa0\x80", b"\xed\xaf\xbf", b"\xed\xb0\x80", b"\xed\xbf\xbf",
    b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff", b"good/\xff", b"\xff/good",
)
GOOD = (
    "\ufeffmark", "mark\ufeff", "\u00a0", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffd", "\U00010000",
    "\U0010fff0", "e\u0301", "\u05d0\u0628",
)


def test_bad_topics_and_filters(broker):
    for version in (3, 4, 5):
        for bad in BAD:
            for data in (p.publish(bad, b"x", version=version), p.subscribe(1, [bad], version)):
                client = connect(broker, "utf8", version=version)
                client.send(data)
                client.expect_disconnect(0x81, 0x82, 0x90)


def test_good_topics(broker):
    for version in (3, 4, 5):
        client = connect(broker, "utf8", version=version)
        for good in GOOD:
            client.subscribe(good)
            client.publish(good, good.encode())
            client.receive(good, good.encode())
        client.disconnect()
