"""No-local on a shared subscription is a protocol error: DISCONNECT, not a SUBACK.
[MQTT-3.8.3-4] [MQTT-4.13.1-1]
BEHAVIOUR 12.B row 18"""
from lib import connect, packets as p


def test_no_local(broker):
    for filters in ([("$share/g/a", 4)], [("plain", 4), ("$share/g/a", 5)]):
        client = connect(broker, "sub")
        client.send(p.subscribe(1, filters))
        client.expect_disconnect(0x82)


def test_own_messages_may_come_back(broker):
    client = connect(broker, "self")
    client.subscribe("$share/g/a")
    client.publish("a", b"own")
    client.receive("a", b"own")
