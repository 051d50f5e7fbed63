"""Without a cap a message that names no expiry is forwarded without one, and does not expire.
[MQTT-3.3.2-6]"""
from lib import connect

config = dict(limits={"maximum_message_expiry_interval": 0})


def test_absent(broker):
    client = connect(broker, "sub")
    client.subscribe("never", qos=1)
    for version in (4, 5):
        connect(broker, "pub", version=version).publish("never", b"x", qos=1, retain=True)
        client.receive("never", b"x", qos=1, lacks=["message_expiry_interval"])
    late = connect(broker, "late")
    late.subscribe("never")
    late.receive("never", b"x", retain=True, lacks=["message_expiry_interval"])
