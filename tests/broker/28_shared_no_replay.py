"""A shared subscription gets no stored messages at SUBSCRIBE, whatever its retain handling; live ones it gets."""
from lib import connect


def test_no_replay(broker):
    publisher = connect(broker, "pub")
    publisher.publish("kept", b"stored", qos=1, retain=True)
    for handling in (0, 1, 2):
        client = connect(broker, f"sub{handling}")
        client.subscribe("$share/g/kept", qos=1, retain_handling=handling)
        client.ping()
        publisher.publish("kept", b"live", qos=1, retain=True)
        client.receive("kept", b"live", qos=1, retain=False)
        client.disconnect()
