"""No-local: a client's own messages do not come back on that subscription, others' do, and messages for others are
not affected.
[MQTT-3.8.3-3]"""
from lib import connect


def test_no_local(broker):
    client = connect(broker, "self", properties={"session_expiry_interval": 300})
    other = connect(broker, "other")
    other.subscribe("local/#", qos=2)
    client.subscribe("local/#", qos=2, no_local=True)
    for qos in (0, 1, 2):
        client.publish("local/x", b"own", qos=qos)
        other.receive("local/x", b"own", qos=qos)
        client.ping()
        other.publish("local/x", b"other", qos=qos)
        client.receive("local/x", b"other", qos=qos)
        other.receive("local/x", b"other", qos=qos)
    client.disconnect()
    again = connect(broker, "self", clean=False, session=True, properties={"session_expiry_interval": 300})
    again.publish("local/x", b"own", qos=1)
    again.ping()
    other.receive("local/x", b"own", qos=1)
    again.subscribe("local/#", qos=0, no_local=False)
    again.publish("local/x", b"own")
    again.receive("local/x", b"own")
