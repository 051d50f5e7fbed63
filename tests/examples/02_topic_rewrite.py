"""sdk/examples/topic-rewrite.cpp: old names and new ones are one part of the tree."""
from lib import Broker, allow_all, connect, ledger, packets as p

RULES = [{"from": "hall1", "to": "plant/hall1"}, {"from": "hall1/never", "to": "never"},
         {"from": "open", "to": "secret"}]

REWRITE = {"name": "topic-rewrite", "config": {"rules": RULES}}

config = dict(plugins=[REWRITE, allow_all()])


def test_publishes_are_moved(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#", qos=2)
    client = connect(broker, "client")
    for topic, found in (("hall1", "plant/hall1"), ("hall1/a/b", "plant/hall1/a/b"), ("hall10", "hall10"),
                         ("hall1/never", "plant/hall1/never"), ("x/hall1", "x/hall1"), ("plant/hall1", "plant/hall1")):
        for qos in (0, 1, 2):
            client.publish(topic, b"x", qos=qos)
            watcher.receive(found, b"x", qos=qos)


def test_filters_are_moved(broker):
    old = connect(broker, "old", version=4)
    old.subscribe("hall1/#", "hall10/#", qos=1)
    client = connect(broker, "client")
    client.publish("plant/hall1/x", b"1", qos=1)
    old.receive("plant/hall1/x", b"1", qos=1)
    client.publish("hall1/x", b"2", qos=1)
    old.receive("plant/hall1/x", b"2", qos=1)
    client.publish("hall10/x", b"3", qos=1)
    old.receive("hall10/x", b"3", qos=1)
    old.unsubscribe("hall1/#")
    client.publish("hall1/x", b"4", qos=1)
    old.expect_nothing(after=client)


def test_shared_subscriptions_are_moved(broker):
    worker = connect(broker, "worker")
    worker.subscribe("$share/group/hall1/+", "$share/hall1/x", qos=1)
    client = connect(broker, "client")
    client.publish("hall1/a", b"1", qos=1)
    worker.receive("plant/hall1/a", b"1", qos=1)
    client.publish("x", b"2", qos=1)
    worker.receive("x", b"2", qos=1)


def test_wills_are_moved(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("plant/#")
    connect(broker, "client", will=p.will("hall1/gone", b"x")).disconnect(0x04)
    watcher.receive("plant/hall1/gone", b"x")


def test_rights_are_those_of_the_new_name():
    secret = {"filters": [{"filter": "secret/#", "access": "deny"}]}
    rights = ledger(default="allow", auth=[{"allow": True}], acl=[secret])
    with Broker(plugins=[REWRITE, rights]) as broker:
        client = connect(broker, "client")
        client.publish("open/door", b"x", qos=1, expect=0x87)
        client.subscribe("open/door", expect=0x87)


def test_a_topic_that_grows_too_long_is_refused(broker):
    client = connect(broker, "client")
    longest = "/" + "x" * (65535 - len("hall1/"))
    client.publish("hall1" + longest, b"x", qos=1, expect=0x90)
    client.subscribe("hall1" + longest, expect=0x8F)


def test_the_rest_stays_as_it_is(broker):
    client = connect(broker, "client")
    client.subscribe("a/b", "+/c", qos=1)
    client.publish("a/b", b"x", qos=1, properties={"content_type": "text/plain"})
    client.receive("a/b", b"x", qos=1, has={"content_type": "text/plain"})


def test_a_rule_has_two_topics():
    for rule, why in (({"from": "a"}, "a rule needs from and to"), ({"from": "a/#", "to": "b"}, "without wildcards"),
                      ({"fro": "a", "to": "b"}, "did you mean")):
        broker = Broker(plugins=[{"name": "topic-rewrite", "config": {"rules": [rule]}}, allow_all()])
        broker.launch()
        assert broker.wait_exit() > 0, rule
        assert why in broker.log_text(), broker.log_tail()
        broker.process = None
