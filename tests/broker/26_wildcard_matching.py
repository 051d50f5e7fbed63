"""What "+" and "#" match, for live and for stored messages: "x/#" matches "x", "+/#" matches "x", empty levels
count.
[MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-4] [MQTT-3.3.2-3] [MQTT-3.1.1: 4.7.1-2] [MQTT-3.1.1: 4.7.1-3]
[MQTT-3.1.1: 3.3.2-3]
BEHAVIOUR 12.B row 13"""
from lib import connect

TOPICS = ("x", "/x", "x/", "x/y", "x//y", "x/y/z", "/", "y")
MATCHES = {
    "#": TOPICS,
    "x/#": ("x", "x/", "x/y", "x//y", "x/y/z"),
    "+/#": TOPICS,
    "+": ("x", "y"),
    "+/+": ("/x", "x/", "x/y", "/"),
    "/+": ("/x", "/"),
    "/#": ("/x", "/"),
    "+/": ("x/", "/"),
    "x/+": ("x/", "x/y"),
    "x/+/y": ("x//y",),
    "x/+/#": ("x/", "x/y", "x//y", "x/y/z"),
    "x/y/#": ("x/y", "x/y/z"),
    "+/y/+": ("x/y/z",),
    "+/+/+/#": ("x//y", "x/y/z"),
    "x": ("x",),
    "x/y/z/#": ("x/y/z",),
}


def test_live(broker):
    publisher = connect(broker, "pub")
    for number, (topic_filter, matches) in enumerate(MATCHES.items()):
        client = connect(broker, f"live{number}", version=4 + number % 2)
        client.subscribe(topic_filter)
        for topic in TOPICS:
            publisher.publish(topic, topic)
        for topic in TOPICS:
            if topic in matches:
                client.receive(topic, topic)
        if "#" != topic_filter and topic_filter != "+/#":
            client.expect_nothing(after=publisher)
        client.disconnect()


def test_stored(broker):
    publisher = connect(broker, "pub")
    for topic in TOPICS:
        publisher.publish(topic, topic, qos=1, retain=True)
    for number, (topic_filter, matches) in enumerate(MATCHES.items()):
        client = connect(broker, f"stored{number}", version=4 + number % 2)
        client.subscribe(topic_filter)
        got = sorted(client.expect("PUBLISH", retain=True).topic for _ in matches)
        assert got == sorted(matches), (topic_filter, got)
        client.ping()
        client.disconnect()
