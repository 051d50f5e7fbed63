"""%u and %c stand for username and client id, and a name that holds a wildcard or a slash opens nothing.
PITFALLS 3 ACL logic (CVE-2017-7650, CVE-2026-44838)"""
from lib import connect, ledger

config = dict(plugins=[ledger(auth=[{"allow": True}], acl=[
    {"filters": [{"filter": "user/%u/#", "access": "readwrite"}, {"filter": "client/%c", "access": "readwrite"},
                 {"filter": "pair/%u-%c/x", "access": "write"}]}])])


def test_own_topics(broker):
    for version in (4, 5):
        ann = connect(broker, "phone", version=version, username="ann")
        ann.subscribe("user/ann/#", "client/phone", qos=1)
        ben = connect(broker, "tablet", version=5, username="ben")
        for topic in ("user/ann/a", "user/ann", "client/phone", "user/annx", "pair/ann-phone/x", "pair/ben-phone/x"):
            ben.publish(topic, b"no", qos=1, expect=0x87)
        ben.publish("user/ben/a", b"mine", qos=1)
        ben.publish("client/tablet", b"mine", qos=1)
        ben.publish("pair/ben-tablet/x", b"mine", qos=1)
        ann.publish("user/ann/a/b", b"1", qos=1)
        ann.receive("user/ann/a/b", b"1", qos=1)
        ann.publish("client/phone", b"2", qos=1)
        ann.receive("client/phone", b"2", qos=1)


def test_wildcards_in_names(broker):
    for name in ("+", "#", "+/#", "a/b", "ann/#", "ann/+", "$x", "%u", "%c", "", "a+b"):
        for client_id, username in ((name or "empty", "evil"), ("evil", name)):
            client = connect(broker, client_id, username=username)
            client.subscribe("user/ann/#", "user/#", "user/+/x", "client/phone", "client/+", "client/#", "#",
                             expect=[0x87] * 7)
            client.publish("user/ann/x", b"no", qos=1, expect=0x87)
            client.publish("client/phone", b"no", qos=1, expect=0x87)


def test_no_username(broker):
    client = connect(broker, "phone")
    client.subscribe("user/#", "user//#", "user//x", expect=[0x87] * 3)
    client.publish("user//x", b"no", qos=1, expect=0x87)
    client.subscribe("client/phone")
