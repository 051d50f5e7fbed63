"""A login that the ledger refuses: v5 0x86, v3 return code 4, session present 0, then close.
[MQTT-3.1.4-2] [MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-3.2.2-8] [MQTT-3.1.1: 3.2.2-4] [MQTT-3.1.1: 3.2.2-5]
BEHAVIOUR 12.B row 23"""
from lib import Client, connect, hashed, ledger, packets as p

config = dict(plugins=[ledger(default="allow", auth=[
    {"username": "ann", "password": hashed("right"), "allow": True}, {"client": "check-*", "allow": True}])])


def test_refused(broker):
    for version in (3, 4, 5):
        for username, password in (("ann", b"wrong"), ("ann", None), ("ben", b"right"), (None, None), ("ann", b"")):
            client = Client(broker, version)
            client.name = f"{username} {password} v{version}"
            client.send(p.connect("x", version=version, username=username, password=password))
            client.expect_refused(0x86, v3=4)


def test_accepted(broker):
    for version in (3, 4, 5):
        connect(broker, "x", version=version, username="ann", password=b"right").ping()


def test_refused_login_leaves_the_session_alone(broker):
    """The connected owner of the id is not taken over by somebody who may not log in."""
    owner = connect(broker, "owned", username="ann", password=b"right")
    thief = Client(broker)
    thief.send(p.connect("owned", username="ann", password=b"wrong"))
    thief.expect_refused(0x86)
    owner.ping()
