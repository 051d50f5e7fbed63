"""The first matching filter in file order decides, and a deny is a deny.
PITFALLS 1 row 18; BEHAVIOUR 12.A row 20"""
from lib import Broker, connect, ledger

ANYONE = [{"allow": True}]


def rules(*filters, **members):
    return {**members, "filters": [{"filter": name, "access": access} for name, access in filters]}


def may(broker, client, topic, write=None, read=None):
    """Checks the right to publish and to subscribe this topic."""
    if write is not None:
        client.publish(topic, b"x", qos=1, expect=None if write else 0x87)
    if read is not None:
        client.subscribe(topic, expect=0 if read else 0x87)
        if read:
            client.unsubscribe(topic)


def test_deny_before_allow_in_one_rule():
    with Broker(plugins=[ledger(auth=ANYONE, acl=[rules(("updates/#", "deny"), ("#", "readwrite"))])]) as broker:
        client = connect(broker, "x")
        may(broker, client, "updates/a", write=False, read=False)
        may(broker, client, "updates", write=False, read=False)
        may(broker, client, "other", write=True, read=True)


def test_allow_before_deny():
    acl = [rules(("updates/a", "readwrite"), ("updates/#", "deny"))]
    with Broker(plugins=[ledger(auth=ANYONE, acl=acl)]) as broker:
        client = connect(broker, "x")
        may(broker, client, "updates/a", write=True, read=True)
        may(broker, client, "updates/b", write=False, read=False)


def test_first_rule_that_matches():
    acl = [rules(("a", "read"), client="x"), rules(("a", "readwrite")), rules(("#", "deny"), username="u"),
           rules(("b/#", "readwrite"))]
    with Broker(plugins=[ledger(auth=ANYONE, acl=acl)]) as broker:
        may(broker, connect(broker, "x"), "a", write=False, read=True)
        may(broker, connect(broker, "y"), "a", write=True, read=True)
        may(broker, connect(broker, "y"), "b/c", write=True, read=True)
        may(broker, connect(broker, "y", username="u"), "b/c", write=False, read=False)


def test_default():
    for default, allowed in (("deny", False), ("allow", True)):
        with Broker(plugins=[ledger(default=default, auth=ANYONE, acl=[rules(("a", "deny"))])]) as broker:
            client = connect(broker, "x")
            may(broker, client, "a", write=False, read=False)
            may(broker, client, "b", write=allowed, read=allowed)
    with Broker(plugins=[ledger(auth=ANYONE)]) as broker:
        may(broker, connect(broker, "x"), "a", write=False, read=False)
