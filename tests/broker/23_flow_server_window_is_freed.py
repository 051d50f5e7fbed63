"""The server's window is freed by PUBACK, PUBCOMP and a refusing PUBREC: any number of finished exchanges passes.
[MQTT-3.3.4-7] [MQTT-4.9.0-2]"""
from lib import connect, ledger, packets as p

config = dict(limits={"receive_maximum": 1}, plugins=[ledger(default="allow", auth=[{"allow": True}], acl=[
    {"filters": [{"filter": "closed/#", "access": "read"}]}])])


def test_freed(broker):
    client = connect(broker, "pub")
    for _ in range(20):
        client.publish("flow", b"x", qos=1)
        client.publish("flow", b"x", qos=2)
        client.publish("closed/x", b"x", qos=1, expect=0x87)
        client.publish("closed/x", b"x", qos=2, expect=0x87)
    client.ping()


def test_v3_has_no_window(broker):
    older = connect(broker, "older", version=4)
    for _ in range(3):
        older.publish("flow", b"x", qos=2)
        older.publish("flow", b"x", qos=1)
    older.ping()


def test_earlier_connections_take_nothing_of_it(broker):
    """4.9: the quota is not kept over connections. What they opened is still known, and may be ended."""
    properties = {"session_expiry_interval": 100}
    for number in range(1, 4):
        client = connect(broker, "anew", clean=False, properties=properties)
        client.send(p.publish("flow", b"x", qos=2, packet_id=number))
        client.expect("PUBREC", packet_id=number)
        client.send(p.publish("flow", b"x", qos=1, packet_id=9))
        client.expect_disconnect(0x93)
    client = connect(broker, "anew", clean=False, session=True, properties=properties)
    for number in range(1, 4):
        client.send(p.publish("flow", b"x", qos=2, packet_id=number, dup=True))
        client.expect("PUBREC", packet_id=number)
        client.send(p.pubrel(number))
        client.expect("PUBCOMP", packet_id=number, reason=0)
    client.publish("flow", b"x", qos=2)
