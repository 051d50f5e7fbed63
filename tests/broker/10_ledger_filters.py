"""A subscription filter is allowed only if everything that it can match is; shared ones count without their group.
PITFALLS 3 ACL logic (CVE-2026-49186)"""
from lib import connect, ledger

RULES = [("hidden/#", "deny"), ("tree/#", "read"), ("mid/+/x", "read"), ("exact", "read"), ("+/any", "read"),
         ("barrier/#", "readwrite")]
config = dict(plugins=[ledger(auth=[{"allow": True}], acl=[
    {"client": "all-*", "filters": [{"filter": "#", "access": "readwrite"}]},
    {"client": "but-*", "filters": [{"filter": "a/secret", "access": "deny"}, {"filter": "a/#", "access": "read"}]},
    {"filters": [{"filter": name, "access": access} for name, access in RULES]}])])

ALLOWED = ["tree/#", "tree", "tree/a", "tree/+", "tree/+/#", "tree/a/#", "mid/+/x", "mid/a/x", "exact", "b/any",
           "$share/g/tree/#", "$share/g/exact"]
DENIED = ["#", "+", "+/#", "trees/#", "mid/#", "mid/+/#", "mid/+/+", "exact/#", "exact/a", "+/+",
          "hidden/a", "hidden/#", "hidden", "+/a", "+/any", "$share/g/#", "$share/g/hidden/a", "a/any/b", "$SYS/#",
          "hidden/any"]


def test_filters(broker):
    for version in (4, 5):
        bad = 0x87 if version == 5 else 0x80
        client = connect(broker, "x", version=version)
        for topic_filter in ALLOWED:
            client.subscribe(topic_filter)
        for topic_filter in DENIED:
            client.subscribe(topic_filter, expect=bad)


def test_denied_part(broker):
    """One denied topic inside makes the whole filter too wide."""
    client = connect(broker, "but-x")
    client.subscribe("a/#", "a/+", "a/b", "a/b/#", "a/secret", expect=[0x87, 0x87, 0, 0, 0x87])


def test_others_live_on(broker):
    """A refused filter in a SUBSCRIBE does not take the others with it."""
    client = connect(broker, "x")
    client.subscribe("hidden/a", "tree/a", "#", expect=[0x87, 0, 0x87])
    connect(broker, "all-p").publish("tree/a", b"1", qos=1)
    client.receive("tree/a", b"1")
    client.expect_nothing(after=connect(broker, "all-q"))
