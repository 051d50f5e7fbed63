"""A clean start throws open messages and PUBREL away; nothing of the old session arrives.
[MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-3.1.1: 3.1.2-6] [MQTT-3.1.1: 3.2.2-1]"""
from lib import connect, packets as p


def test_clean_start(broker):
    for version in (4, 5):
        properties = {"session_expiry_interval": 300} if version == 5 else None
        keep = dict(version=version, clean=False, properties=properties)
        subscriber = connect(broker, "sub", **keep)
        subscriber.subscribe("resend", qos=2)
        publisher = connect(broker, "pub")
        for number in range(3):
            publisher.publish("resend", str(number), qos=2)
        first = subscriber.receive("resend", b"0", qos=2, ack=False)
        subscriber.receive("resend", b"1", qos=2, ack=False)
        subscriber.receive("resend", b"2", qos=2, ack=False)
        subscriber.send(p.pubrec(first.packet_id, version=version))
        subscriber.expect("PUBREL", packet_id=first.packet_id)
        subscriber.disconnect()
        again = connect(broker, "sub", version=version, clean=True, session=False)
        publisher.publish("resend", b"nobody", qos=2)
        again.expect_nothing(after=publisher)
        again.disconnect()
