"""The ledger of the documentation, word for word, does what it says."""
from lib import Broker, Client, connect, hashed, packets as p

LEDGER = """
default = "deny"

[users.melon]
password = "%s"
acl = [ { filter = "melon/#", access = "readwrite" }, { filter = "updates/#", access = "write" } ]

[[auth]]
remote = "127.0.0.1"
allow = true

[[acl]]
remote = "127.0.0.1"
filters = [ { filter = "#", access = "readwrite" }, { filter = "$SYS/#", access = "read" } ]
"""


def test_example():
    broker = Broker(plugins=[{"name": "auth-ledger", "id": "ledger", "config": {"file": "ledger.toml"}}])
    (broker.folder / "ledger.toml").write_text(LEDGER % hashed("sweet"))
    with broker:
        melon = connect(broker, "m", username="melon", password=b"sweet")
        melon.subscribe("melon/#", qos=2)
        melon.publish("melon/a", b"1", qos=1)
        melon.receive("melon/a", b"1", qos=1)
        melon.publish("updates/a", b"2", qos=1)
        wrong = Client(broker)
        wrong.send(p.connect("m2", username="melon", password=b"sour"))
        wrong.expect_refused(0x86)
        local = connect(broker, "anybody")
        local.subscribe("#", "$SYS/#", expect=[0, 0])
        local.unsubscribe("$SYS/#", "#")
        local.publish("any/topic", b"3", qos=1)
        melon.ping()


def test_updates_is_write_only_for_melon():
    """The user's own list comes first, so the rule for local clients does not widen it."""
    broker = Broker(plugins=[{"name": "auth-ledger", "config": {"file": "ledger.toml"}}])
    (broker.folder / "ledger.toml").write_text(LEDGER % hashed("sweet"))
    with broker:
        melon = connect(broker, "m", username="melon", password=b"sweet")
        melon.subscribe("updates/a", "melon/a", "elsewhere", expect=[0x87, 0, 0])
