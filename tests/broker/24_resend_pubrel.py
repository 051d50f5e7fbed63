"""Past PUBREC the PUBREL is sent again at resume, with its identifier, and never the PUBLISH.
[MQTT-4.3.3-5] [MQTT-4.3.3-6] [MQTT-4.4.0-1] [MQTT-3.1.1: 4.3.3-1] [MQTT-3.1.1: 4.4.0-1]
PITFALLS 2 row 2, BEHAVIOUR 12.B row 3"""
from lib import connect, packets as p


def test_pubrel_again(broker):
    for version in (3, 4, 5):
        properties = {"session_expiry_interval": 300} if version == 5 else None
        keep = dict(version=version, clean=False, properties=properties)
        subscriber = connect(broker, "sub", **keep)
        subscriber.subscribe("resend", qos=2)
        publisher = connect(broker, "pub")
        for number in range(3):
            publisher.publish("resend", str(number), qos=2)
        messages = [subscriber.receive("resend", str(n), qos=2, ack=False) for n in range(3)]
        ids = [message.packet_id for message in messages]
        for packet_id in ids[:2]:
            subscriber.send(p.pubrec(packet_id, version=version))
            subscriber.expect("PUBREL", packet_id=packet_id)
        for _ in range(3):
            subscriber.close()
            subscriber = connect(broker, "sub", **keep)
            got = [subscriber.next_packet() for _ in range(3)]
            assert [(each.type, each.packet_id) for each in got] == [
                ("PUBREL", ids[0]), ("PUBREL", ids[1]), ("PUBLISH", ids[2])], got
            assert got[2].dup and got[2].payload == b"2"
            subscriber.ping()
        for packet_id in ids[:2]:
            subscriber.send(p.pubcomp(packet_id, version=version))
        subscriber.acknowledge(got[2])
        subscriber.ping()
        subscriber.disconnect()
        subscriber = connect(broker, "sub", **keep)
        subscriber.ping()
        subscriber.disconnect()
        connect(broker, "sub", version=version).disconnect()
