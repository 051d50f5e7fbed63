"""Auth rules decide in order, all given members must match: remote as address or CIDR, client and username
with * at the end.
BEHAVIOUR 12.A row 20"""
from lib import Broker, Client, connect, hashed, ledger, packets as p


def test_order_and_members():
    rules = [
        {"client": "banned-*", "allow": False},
        {"client": "sensor-*", "username": "dev*", "allow": True},
        {"username": "root", "remote": "10.0.0.0/8", "allow": True},
        {"username": "local", "remote": "127.0.0.0/8", "allow": True},
        {"username": "exact", "remote": "127.0.0.1", "allow": True},
        {"username": "key", "password": hashed("k1"), "allow": True},
        {"username": "key", "password": hashed("k2"), "client": "second", "allow": True},
    ]
    expectations = [
        ("banned-1", "local", None, False), ("banned", "local", None, True), ("sensor-1", "dev", None, True),
        ("sensor-1", "device", None, True), ("sensor-1", "de", None, False), ("sensor", "dev", None, False),
        ("sensor-1", None, None, False), ("x", "root", None, False), ("x", "local", None, True),
        ("x", "exact", None, True),
        ("x", "key", b"k1", True), ("x", "key", b"k2", False), ("second", "key", b"k2", True),
        ("x", "key", None, False),
        ("x", None, None, False), ("x", "nobody", b"x", False),
    ]
    with Broker(plugins=[ledger(default="allow", auth=rules)]) as broker:
        for version in (4, 5):
            for client_id, username, password, allowed in expectations:
                if allowed:
                    connect(broker, client_id, version=version, username=username, password=password).ping()
                else:
                    client = Client(broker, version)
                    client.name = f"{client_id} {username} {password}"
                    client.send(p.connect(client_id, version=version, username=username, password=password))
                    client.expect_refused(0x86, v3=4)


def test_deny_before_allow():
    rules = [{"username": "u", "allow": False}, {"allow": True}]
    with Broker(plugins=[ledger(default="allow", auth=rules)]) as broker:
        connect(broker, "x").ping()
        connect(broker, "x", username="u", expect=0x86)


def test_allow_before_deny():
    rules = [{"allow": True}, {"username": "u", "allow": False}]
    with Broker(plugins=[ledger(default="allow", auth=rules)]) as broker:
        connect(broker, "x", username="u").ping()


def test_no_rule():
    """An empty ledger lets nobody in and nothing through."""
    with Broker(plugins=[ledger()]) as broker:
        connect(broker, "x", expect=0x86)


def test_plain_text_password_is_a_fault():
    broker = Broker(plugins=[ledger(auth=[{"username": "u", "password": "plain", "allow": True}])])
    broker.launch()
    assert broker.wait_exit() != 0
