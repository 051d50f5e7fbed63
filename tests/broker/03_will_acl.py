"""A will passes the write ACL like a publish: without the right it is not published, nor retained.
[MQTT-3.1.2-8]  PITFALLS 2 a will passes the write ACL and the topic rules"""
from lib import connect, ledger, packets as p

RULES = [{"filters": [{"filter": "secret/#", "access": "read"}, {"filter": "none/#", "access": "deny"},
                      {"filter": "#", "access": "readwrite"}]}]
config = dict(plugins=[ledger(auth=[{"allow": True}], acl=RULES)])


def test_denied_will(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("secret/#", "open/#", expect=[0, 0])
    for version in (3, 4, 5):
        connect(broker, "x", version=version, will=p.will("secret/x", b"no", 1, True)).close()
        connect(broker, "x", version=version, will=p.will("open/x", b"yes")).close()
        watcher.receive("open/x", b"yes")
    late = connect(broker, "late")
    late.subscribe("secret/#")
    late.ping()


def test_denied_delayed_will(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("secret/#", "open/#", expect=[0, 0])
    keep = {"session_expiry_interval": 100}
    delay = {"will_delay_interval": 1}
    mark = broker.mark()
    connect(broker, "x", will=p.will("secret/x", b"no", properties=delay), properties=keep).close()
    connect(broker, "y", will=p.will("open/y", b"yes", properties=delay), properties=keep).close()
    watcher.receive("open/y", b"yes", deadline_s=6)
    broker.wait_record("will not sent: the client may not publish there", client="x", topic="secret/x",
                       after=mark, deadline_s=6)
    watcher.expect_nothing(after=connect(broker, "other"))
