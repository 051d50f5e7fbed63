"""After the SUBACK every publisher on every worker reaches the subscriber; after the UNSUBACK none does; the same
for shared groups.
[MQTT-3.8.4-1] [MQTT-3.10.4-2] [MQTT-3.1.1: 3.10.4-2]"""
from lib import connect, many


def test_at_once(broker):
    publishers = many(broker, "pub", 6)
    for round_number in range(15):
        subscriber = connect(broker, f"sub{round_number}")
        for topic_filter in ("seen/x", "seen/+", "$share/g/seen/x"):
            subscriber.subscribe(topic_filter, qos=1)
            for publisher in publishers:
                publisher.publish("seen/x", publisher.name, qos=1)
            names = []
            for _ in publishers:
                message = subscriber.expect("PUBLISH", qos=1)
                subscriber.acknowledge(message)
                names.append(message.payload.decode())
            assert sorted(names) == sorted(each.name for each in publishers)
            subscriber.unsubscribe(topic_filter)
            for publisher in publishers:
                publisher.publish("seen/x", b"no", qos=1)
            subscriber.expect_nothing(after=publishers[round_number % 6])
        subscriber.disconnect()
