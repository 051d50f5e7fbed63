"""Listed users: the right password is let in, a wrong one is refused without falling through to the rules, and
disabled ones are refused.
PITFALLS 1 row 18; BEHAVIOUR 12.A row 20"""
from lib import Client, connect, hashed, ledger, packets as p

config = dict(plugins=[ledger(
    default="allow",
    users={"melon": {"password": hashed("sweet"), "acl": [{"filter": "melon/#", "access": "readwrite"},
                                                          {"filter": "updates/#", "access": "write"},
                                                          {"filter": "#", "access": "deny"}]},
           "gone": {"password": hashed("once"), "disabled": True},
           "grüße": {"password": hashed("paßwort")}},
    auth=[{"allow": True}])])


def refused(broker, version, **arguments):
    client = Client(broker, version)
    client.name = f"{arguments} v{version}"
    client.send(p.connect("x", version=version, **arguments))
    client.expect_refused(0x86, v3=4)


def test_right_password(broker):
    for version in (3, 4, 5):
        connect(broker, "x", version=version, username="melon", password=b"sweet").ping()
        connect(broker, "x", version=version, username="grüße", password="paßwort".encode()).ping()


def test_wrong_password_does_not_fall_through(broker):
    """Anybody else may connect, but not as melon."""
    connect(broker, "x").ping()
    connect(broker, "x", username="other", password=b"any").ping()
    for version in (3, 4, 5):
        for password in (b"sour", b"", b"swee", b"sweet ", b"Sweet", b"*", None, b"x" * 60000):
            refused(broker, version, username="melon", password=password)


def test_disabled(broker):
    for version in (3, 4, 5):
        for password in (b"once", b"wrong", None):
            refused(broker, version, username="gone", password=password)


def test_names_are_exact(broker):
    """A username is no pattern and not folded: these are somebody else, whom the rules let in."""
    for name in ("Melon", "melo", "melon ", "mel*", "*", ""):
        connect(broker, "x", username=name, password=b"x").ping()


def test_user_acl(broker):
    client = connect(broker, "x", username="melon", password=b"sweet")
    client.subscribe("melon/#", "updates/#", "other", expect=[0, 0x87, 0x87])
    client.publish("melon/a", b"1", qos=1)
    client.receive("melon/a", b"1")
    client.publish("updates/a", b"2", qos=1)
    client.publish("other", b"3", qos=1, expect=0x87)
