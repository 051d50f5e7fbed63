"""Many clients with many wildcards on the way of one topic: each matching subscription gets one copy.
[MQTT-4.5.0-1] [MQTT-3.3.2-3] [MQTT-3.1.1: 4.5.0-1]"""
import itertools

from lib import connect


def test_all_combinations(broker):
    clients = [connect(broker, f"sub{number}") for number in range(4)]
    filters = ["/".join(each) for each in itertools.product(("a", "+"), ("b", "+"), ("c", "+"), ("d", "+"))]
    filters += ["#", "a/#", "+/#", "a/b/#", "a/+/#", "+/b/#", "a/b/c/d/#", "+/+/+/+/#"]
    publisher = connect(broker, "pub")
    for topic_filter in filters:
        for client in clients:
            client.subscribe(topic_filter)
        publisher.publish("a/b/c/d", topic_filter)
        publisher.publish("a/b/x", b"near")
        publisher.ping()  # handled, before the filters change
        for client in clients:
            client.receive("a/b/c/d", topic_filter)
            if topic_filter.endswith("#") and "c" not in topic_filter and topic_filter != "+/+/+/+/#":
                client.receive("a/b/x", b"near")
            client.unsubscribe(topic_filter)
