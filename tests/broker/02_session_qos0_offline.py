"""QoS 0 messages are not kept for a client that is away.
[MQTT-3.1.1: 3.1.2-5]"""
from lib import connect


def test_not_kept(broker):
    for version in (4, 5):
        arguments = {"properties": {"session_expiry_interval": 100}} if version == 5 else {}
        client = connect(broker, "away", version=version, clean=False, **arguments)
        client.subscribe("t", qos=0)
        client.disconnect()
        publisher = connect(broker, "publisher")
        publisher.publish("t", b"0")
        publisher.publish("t", b"1", qos=1)
        client = connect(broker, "away", version=version, clean=False, session=True, **arguments)
        client.expect_nothing(after=publisher)
        client.unsubscribe("t")
