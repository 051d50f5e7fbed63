"""A reloaded ledger counts at once, for new logins, publishes and existing subscriptions; a broken one changes nothing.
PITFALLS 3 ACL logic (CVE-2018-12546, CVE-2021-34434); PITFALLS 3 reload fails open"""
from lib import Broker, Client, connect, packets as p

ALLOWED = """
default = "deny"
[[auth]]
allow = true
[[acl]]
filters = [ { filter = "secret/#", access = "readwrite" }, { filter = "open/#", access = "readwrite" },
            { filter = "barrier/#", access = "readwrite" } ]
"""
REVOKED = ALLOWED.replace('"secret/#", access = "readwrite"', '"secret/#", access = "deny"')
BROKEN = [ALLOWED.replace("allow = true", "allow = maybe"), "default = \"perhaps\"\n", "[[acl]]\nfilter = 1\n", "%",
          ALLOWED.replace('"readwrite"', '"rw"', 1)]


def with_file(text):
    broker = Broker(plugins=[{"name": "auth-ledger", "config": {"file": "ledger.toml"}}])
    (broker.folder / "ledger.toml").write_text(text)
    return broker


def test_revoked_rights():
    """Subscriptions made with the right get nothing any more, retained messages are not replayed."""
    with with_file(ALLOWED) as broker:
        subscribers = [connect(broker, f"sub{number}", version=4 + number % 2) for number in range(6)]
        for subscriber in subscribers:
            subscriber.subscribe("secret/#", "open/#", qos=1)
        publisher = connect(broker, "publisher")
        publisher.publish("secret/kept", b"1", qos=1, retain=True)
        for subscriber in subscribers:
            subscriber.receive("secret/kept", b"1", qos=1)
        away = connect(broker, "away", clean=False, properties={"session_expiry_interval": 100})
        away.subscribe("secret/#", qos=1, retain_handling=2)
        away.disconnect()
        publisher.publish("secret/live", b"2", qos=1)
        for subscriber in subscribers:
            subscriber.receive("secret/live", b"2", qos=1)
        (broker.folder / "ledger.toml").write_text(REVOKED)
        assert broker.reload()
        publisher.publish("secret/live", b"3", qos=1, expect=0x87)
        publisher.publish("open/live", b"4", qos=1)
        for subscriber in subscribers:
            subscriber.receive("open/live", b"4", qos=1)
            subscriber.subscribe("secret/kept", expect=0x87 if subscriber.version == 5 else 0x80)
            subscriber.expect_nothing(after=publisher)


def test_granted_rights():
    with with_file(REVOKED) as broker:
        client = connect(broker, "x")
        client.subscribe("secret/a", expect=0x87)
        (broker.folder / "ledger.toml").write_text(ALLOWED)
        assert broker.reload()
        client.subscribe("secret/a")
        client.publish("secret/a", b"now")
        client.receive("secret/a", b"now")


def test_broken_ledger():
    with with_file(ALLOWED) as broker:
        client = connect(broker, "x")
        client.subscribe("open/a")
        for text in BROKEN:
            (broker.folder / "ledger.toml").write_text(text)
            assert not broker.reload(), text
            client.publish("open/a", b"still")
            client.receive("open/a", b"still")
            connect(broker, "new").ping()
        (broker.folder / "ledger.toml").unlink()
        assert not broker.reload()
        connect(broker, "new").ping()


def test_new_logins():
    with with_file(ALLOWED) as broker:
        old = connect(broker, "old")
        (broker.folder / "ledger.toml").write_text(ALLOWED.replace("allow = true", "allow = false"))
        assert broker.reload()
        refused = Client(broker)
        refused.send(p.connect("new"))
        refused.expect_refused(0x86)
        old.ping()
