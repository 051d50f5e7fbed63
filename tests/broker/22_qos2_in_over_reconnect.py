"""An open QoS 2 PUBLISH is remembered by the session: repeated on the next connection it is not delivered again, and
its PUBREL is answered with success. A clean start forgets it.
[MQTT-4.3.3-10] [MQTT-4.1.0-1] [MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-3.1.1: 4.3.3-2] [MQTT-3.1.1: 4.1.0-1]"""
from lib import connect, packets as p


def keep(version):
    properties = {"session_expiry_interval": 300} if version == 5 else None
    return dict(version=version, clean=False, properties=properties)


def opened(broker, version):
    publisher = connect(broker, "pub", **keep(version))
    publisher.send(p.publish("qos2", b"once", qos=2, packet_id=9, version=version))
    assert publisher.expect("PUBREC", packet_id=9).reason < 0x80
    publisher.close()


def test_remembered(broker):
    for version in (4, 5):
        subscriber = connect(broker, "sub")
        subscriber.subscribe("qos2", qos=2)
        opened(broker, version)
        again = connect(broker, "pub", session=True, **keep(version))
        again.send(p.publish("qos2", b"once", qos=2, packet_id=9, dup=True, version=version))
        again.expect("PUBREC", packet_id=9, reason=0)
        again.send(p.pubrel(9, version=version))
        again.expect("PUBCOMP", packet_id=9, reason=0)
        subscriber.receive("qos2", b"once", qos=2)
        subscriber.expect_nothing(after=again)
        again.disconnect()
        connect(broker, "pub", version=version).disconnect()


def test_pubrel_after_reconnect(broker):
    opened(broker, 5)
    again = connect(broker, "pub", session=True, **keep(5))
    again.send(p.pubrel(9))
    again.expect("PUBCOMP", packet_id=9, reason=0)


def test_clean_start_forgets(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("qos2", qos=2)
    opened(broker, 5)
    subscriber.receive("qos2", b"once", qos=2)
    again = connect(broker, "pub", session=False)
    again.publish("qos2", b"new", qos=2, packet_id=9, dup=True)
    subscriber.receive("qos2", b"new", qos=2)
