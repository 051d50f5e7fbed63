"""Filters match by whole levels: `a` does not match `a/b`, `a/#` matches `a`, a wildcard does not reach $SYS.
[MQTT-4.7.1-1] [MQTT-4.7.2-1] [MQTT-4.7.3-4] [MQTT-3.1.1: 4.7.2-1]
PITFALLS 1 row 2; PITFALLS 3 ACL logic"""
from lib import connect, ledger

RULES = [("allowed", "write"), ("tree/#", "write"), ("one/+/end", "write"), ("+/last", "write"), ("/lead", "write"),
         ("Case", "write")]
config = dict(plugins=[ledger(auth=[{"allow": True}], acl=[
    {"client": "all", "filters": [{"filter": "#", "access": "readwrite"}]},
    {"filters": [{"filter": name, "access": access} for name, access in RULES]}])])

ALLOWED = ["allowed", "tree", "tree/", "tree/a", "tree/a/b", "one/x/end", "one//end", "x/last", "/last",
           "/lead", "Case"]
DENIED = ["allowed/", "allowed/secret", "allowe", "alloweds", "Allowed", "/allowed", "tre", "trees", "/tree", "one/end",
          "one/x/y/end", "one/x/end/", "last", "a/b/last", "lead", "case", "$x/last"]


def test_topics(broker):
    client = connect(broker, "x")
    for topic in ALLOWED:
        client.publish(topic, b"x", qos=1)
    for topic in DENIED:
        client.publish(topic, b"x", qos=1, expect=0x87)


def test_wildcard_grants_no_sys(broker):
    """Allowed to read `#` does not mean $SYS."""
    client = connect(broker, "all")
    client.subscribe("#", "$SYS/#", "$SYS/broker/uptime", expect=[0, 0x87, 0x87])
