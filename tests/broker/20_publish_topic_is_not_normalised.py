"""Topics are compared byte by byte: slashes, case, spaces, a byte order mark and composed characters all count.
[MQTT-4.7.3-4] [MQTT-1.5.4-3] [MQTT-3.1.1: 4.7.3-4] [MQTT-3.1.1: 1.5.3-3]"""
from lib import connect

TOPICS = ("a", "/a", "a/", "//a", "a//", "A", " a", "a ", "\ufeffa", "\u00e4", "a\u0308", "\u212b", "\u00c5", "a/b",
          "a//b", "a/./b", "a/../b", "/", "//", "\U0001f600")


def test_each_topic_is_its_own(broker):
    for version in (4, 5):
        subscriber = connect(broker, "sub", version=version)
        publisher = connect(broker, "pub", version=version)
        for topic in TOPICS:
            subscriber.subscribe(topic)
            for other in TOPICS:
                publisher.publish(other, other.encode())
            subscriber.receive(topic, topic.encode())
            subscriber.expect_nothing(after=publisher)
            subscriber.unsubscribe(topic)
        subscriber.disconnect()
