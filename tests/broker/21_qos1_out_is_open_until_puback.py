"""A QoS 1 delivery stays open until its PUBACK, is not repeated on the same connection, and comes again at resume.
[MQTT-4.3.2-3] [MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-3.1.1: 4.3.2-1] [MQTT-3.1.1: 4.4.0-1] [MQTT-3.1.1: 3.3.1-1]"""
from lib import connect

EXPIRY = {"session_expiry_interval": 300}


def test_open_until_puback(broker):
    for version in (3, 4, 5):
        properties = EXPIRY if version == 5 else None
        subscriber = connect(broker, "sub", version=version, clean=False, properties=properties)
        subscriber.subscribe("qos1", qos=1)
        publisher = connect(broker, "pub")
        publisher.publish("qos1", b"open", qos=1)
        publisher.publish("qos1", b"done", qos=1)
        first = subscriber.receive("qos1", b"open", qos=1, ack=False)
        subscriber.receive("qos1", b"done", qos=1)
        subscriber.expect_nothing(after=publisher)
        for _ in range(3):
            subscriber.disconnect()
            subscriber = connect(broker, "sub", version=version, clean=False, properties=properties)
            again = subscriber.receive("qos1", b"open", qos=1, dup=True, ack=False)
            assert again.packet_id == first.packet_id
            subscriber.ping()
        subscriber.acknowledge(again)
        subscriber.ping()
        subscriber.disconnect()
        subscriber = connect(broker, "sub", version=version, clean=False, properties=properties)
        subscriber.ping()
        subscriber.disconnect()
        connect(broker, "sub", version=version).disconnect()
