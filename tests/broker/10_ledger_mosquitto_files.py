"""Mosquitto's password_file and acl_file are read as they are.
PITFALLS 3 ACL logic (CVE-2018-12551: a bad password line is no user)"""
import base64
import hashlib
import os

from lib import Broker, Client, connect, packets as p

ACL = """# a comment
topic read public/#
topic deny public/secret

user ann
topic readwrite ann/#
topic write shared/in
topic shared/both

pattern read by-name/%u/#
pattern readwrite by-client/%c
"""


def sha512_line(user, password):
    salt = os.urandom(12)
    digest = hashlib.sha512(password + salt).digest()
    return f"{user}:$6${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def pbkdf2_line(user, password):
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password, salt, 101)
    return f"{user}:$7$101${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def prepared(passwords):
    broker = Broker(plugins=[{"name": "auth-ledger", "config": {
        "password_file": "passwd", "acl_file": "acl", "auth": [{"client": "anonymous-*", "allow": True}]}}])
    (broker.folder / "passwd").write_text(passwords)
    (broker.folder / "acl").write_text(ACL)
    return broker


def test_logins_and_rights():
    passwords = sha512_line("ann", b"a1") + "\n" + pbkdf2_line("ben", b"b2") + "\n"
    with prepared(passwords) as broker:
        for user, password in (("ann", b"wrong"), ("ben", b""), ("ben", b"a1"), ("carl", b"x"), ("ann", None)):
            client = Client(broker)
            client.send(p.connect("x", username=user, password=password))
            client.expect_refused(0x86)
        ann = connect(broker, "phone", username="ann", password=b"a1")
        ben = connect(broker, "tablet", username="ben", password=b"b2")
        ann.subscribe("ann/#", "shared/in", "shared/both", "by-name/ann/x", "by-name/ben/x", "by-client/phone",
                      "by-client/tablet", "public/a", expect=[0, 0x87, 0, 0, 0x87, 0, 0x87, 0x87])
        ben.subscribe("ann/x", "by-name/ben/#", "by-client/tablet", expect=[0x87, 0, 0])
        ben.publish("by-client/tablet", b"1", qos=1)
        ben.receive("by-client/tablet", b"1")
        ben.publish("by-name/ben/x", b"1", qos=1, expect=0x87)
        ann.publish("shared/in", b"1", qos=1)
        anonymous = connect(broker, "anonymous-1")
        anonymous.subscribe("public/a", "public/secret", "public/#", "ann/x", expect=[0, 0x87, 0x87, 0x87])
        anonymous.publish("public/a", b"1", qos=1, expect=0x87)


def test_bad_lines():
    """A line that is no user keeps the broker from starting, with its place."""
    for bad in ("nobody", "nobody:plain", "nobody:$6$salt", ":$6$a$b", "nobody:$5$a$b", "nobody:$7$x$a$b"):
        broker = prepared(sha512_line("ann", b"a1") + "\n" + bad + "\n")
        broker.launch()
        assert broker.wait_exit() != 0, bad
        assert "passwd:2" in broker.log_text(), broker.log_text()
