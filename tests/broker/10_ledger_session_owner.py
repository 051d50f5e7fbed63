"""Another user who connects with the same client id gets nothing that he may not read, also not from the old queue.
PITFALLS 3 ACL logic (CVE-2026-6564); BEHAVIOUR 12.C row 9"""
from lib import connect, ledger

KEEP = {"session_expiry_interval": 100}
config = dict(plugins=[ledger(auth=[{"allow": True}], acl=[
    {"username": "ann", "filters": [{"filter": "#", "access": "readwrite"}]},
    {"username": "ben", "filters": [{"filter": "open/#", "access": "readwrite"},
                                    {"filter": "barrier/#", "access": "readwrite"}]}])])


def test_queue_of_another_user(broker):
    publisher = connect(broker, "publisher", username="ann")
    client = connect(broker, "shared-id", username="ann", clean=False, properties=KEEP)
    client.subscribe("secret/#", "open/#", qos=2)
    publisher.publish("secret/inflight", b"for ann", qos=1)
    client.receive("secret/inflight", qos=1, ack=False)
    client.close()
    for qos in (1, 2):
        publisher.publish("secret/a", b"for ann", qos=qos)
    client = connect(broker, "shared-id", username="ben", clean=False, properties=KEEP)
    publisher.publish("secret/a", b"for ann", qos=1)
    client.expect_nothing(after=publisher)
