"""The server's window is freed by PUBACK, PUBCOMP and a refusing PUBREC: any number of finished exchanges passes.
[MQTT-3.3.4-7] [MQTT-4.9.0-2]"""
from lib import connect, ledger

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
