"""The right to publish is checked on the topic that an alias stands for, not on the empty name.
PITFALLS 1 row 3"""
from lib import connect, ledger

config = dict(plugins=[ledger(default="deny", auth=[{"allow": True}], acl=[
    {"filters": [{"filter": "open/#", "access": "readwrite"}, {"filter": "read/#", "access": "read"}]}])])


def test_right_of_the_real_topic(broker):
    client = connect(broker, "pub")
    client.subscribe("open/#", "read/#", qos=1)
    client.publish("read/a", b"no", qos=1, properties={"topic_alias": 2}, expect=0x87)
    client.publish("", b"no", qos=1, properties={"topic_alias": 2}, expect=0x87)
    client.publish("open/a", b"yes", properties={"topic_alias": 1})
    client.receive("open/a", b"yes")
    client.publish("", b"yes too", properties={"topic_alias": 1})
    client.receive("open/a", b"yes too")
