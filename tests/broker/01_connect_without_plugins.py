"""No authentication plugin: every client is refused.
[MQTT-3.1.4-2]  BEHAVIOUR 12.A row 1; PITFALLS 3 ACL logic, fail closed"""
from lib import Client, packets as p

config = dict(plugins=[])


def test_everyone_is_refused(broker):
    broker.wait_record("no plugin lets anybody connect: every client is refused")
    for version in (3, 4, 5):
        for arguments in ({}, {"username": "root"}, {"username": "root", "password": b"root"}):
            client = Client(broker, version)
            client.send(p.connect("x", version=version, **arguments))
            connack = client.expect("CONNACK")
            assert connack.reason in ((0x86, 0x87) if version == 5 else (4, 5)), connack
            client.expect_closed()
