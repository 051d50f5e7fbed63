"""What transforming plugins change is what happens."""
from hooklib import plugin
from lib import Broker, allow_all, connect, packets as p

config = dict(plugins=[plugin("transformer"), plugin("picker"), allow_all()])


def test_publish_is_rewritten(broker):
    watcher = connect(broker, "w")
    watcher.subscribe("#", qos=2)
    client = connect(broker, "a")
    client.publish("rewrite/topic", b"x", qos=1)
    watcher.receive("rewritten/topic", b"x", qos=1)
    client.publish("rewrite/payload", b"x", qos=1)
    watcher.receive("rewrite/payload", b"new payload", qos=1)
    client.publish("rewrite/qos", b"x", qos=1)
    watcher.receive("rewrite/qos", b"x", qos=0)
    client.publish("rewrite/properties", b"x", qos=1,
                   properties={"response_topic": "answer", "content_type": "text/old", "user_property": [("k", "v")]})
    message = watcher.receive("rewrite/properties", b"x", qos=1, has={"content_type": "text/new"},
                              lacks=("response_topic",))
    assert message.properties["user_property"] == [("k", "v"), ("added", "yes")], message
    assert 0 < message.properties["message_expiry_interval"] <= 1000, message


def test_retain_is_set(broker):
    connect(broker, "a").publish("rewrite/retain", b"kept", qos=1)
    late = connect(broker, "late")
    late.subscribe("rewrite/retain")
    late.receive("rewrite/retain", b"kept", retain=True)


def test_publish_is_refused(broker):
    watcher = connect(broker, "w")
    watcher.subscribe("ignore", "reject/+", qos=2)
    for version in (4, 5):
        client = connect(broker, f"a{version}", version=version)
        for qos in (0, 1, 2):
            client.publish("ignore", b"x", qos=qos)
        client.publish("reject/silent", b"x")
        client.publish("reject/code", b"x")
        client.ping()
    client.publish("reject/code", b"x", qos=1, expect=0x97)
    client.publish("reject/code", b"x", qos=2, expect=0x97)
    client.publish("reject/silent", b"x", qos=1, expect=0x83)
    client.publish("reject/silent", b"x", qos=2, expect=0x83)
    watcher.expect_nothing(after=client)


def test_filters(broker):
    client = connect(broker, "a")
    client.subscribe("rename/x", "refuse/it", "plain", qos=1, expect=[1, 0x97, 1])
    client.publish("renamed/x", b"1", qos=1)
    client.receive("renamed/x", b"1", qos=1)
    client.publish("rename/x", b"2", qos=1)
    client.publish("refuse/it", b"3", qos=1)
    client.publish("plain", b"4", qos=1)
    client.receive("plain", b"4", qos=1)
    client.unsubscribe("rename/x", "refuse/it", expect=[0, 0x83])  # 0x97 does not exist in UNSUBACK
    client.publish("renamed/x", b"5", qos=1)
    client.ping()


def test_will_is_rewritten(broker):
    watcher = connect(broker, "w")
    watcher.subscribe("will/#")
    first = connect(broker, "first", will=p.will("will/reject", b"x"))
    first.close()
    connect(broker, "first").ping()
    second = connect(broker, "second", will=p.will("will/x", b"x"))
    second.close()
    message = watcher.receive("will/y", b"rewritten will")
    assert ("by", "transformer") in message.properties["user_property"], message
    watcher.ping()


def test_encode():
    with Broker(plugins=[plugin("transformer", encode=True), allow_all()]) as broker:
        for version in (4, 5):
            client = connect(broker, "a", version=version)
            client.subscribe("t", qos=2)
            for qos in (0, 1, 2):
                client.publish("t", b"x", qos=qos)
                message = client.receive("t", b"x", qos=qos)
                if version == 5:
                    assert message.properties["user_property"] == [("encoded", "yes")], message


def test_shared_members_are_picked(broker):
    members = [connect(broker, f"m{number}") for number in range(4)]
    for member in members:
        member.subscribe("$share/g/t", qos=1)
    single = connect(broker, "single")
    single.subscribe("t", qos=1)
    publisher = connect(broker, "p")
    for _ in range(5):
        publisher.publish("t", b"pick:m2", qos=1)
        members[2].receive("t", b"pick:m2", qos=1)
        single.receive("t", b"pick:m2", qos=1)
    publisher.publish("t", b"drop:*", qos=1)
    single.receive("t", b"drop:*", qos=1)
    for _ in range(8):
        publisher.publish("t", b"drop:m1", qos=1)
        single.receive("t", b"drop:m1", qos=1)
    members[1].expect_nothing(after=publisher)
