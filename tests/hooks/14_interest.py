"""A plugin that names topics is not called for others."""
import concurrent.futures

from hooklib import plugin
from lib import Broker, allow_all, connect, many


def debug(**config):
    return plugin("debug", **config)


def told(broker, event):
    """The topics that the debug plugin told of, in order. Call it when the broker has ended: its log is complete."""
    return [record["message"].split(" topic=")[1].split()[0] for record in broker.records
            if record.get("module") == "plugin/debug" and record["message"].startswith(event)]


def published(broker, topic, payload=b"x", **arguments):
    """Publishes as a client of this topic's name, on whichever worker that lives."""
    client = connect(broker, f"from {topic}")
    client.publish(topic, payload, qos=1, **arguments)
    client.disconnect()


def test_only_its_topics():
    """A wildcard in the first level does not reach topics that begin with $."""
    with Broker(plugins=[debug(topics=["a/#", "+/alarm"]), allow_all()], log={"level": "debug"}, workers=2) as broker:
        for topic in ("a", "a/b/c", "b", "b/alarm", "b/alarm/c", "ab/c", "$x/alarm"):
            published(broker, topic, retain=True)
        for topic in ("a", "b"):
            published(broker, topic, b"", retain=True)
        late = connect(broker, "late")
        late.subscribe("#")
        for _ in range(4):
            late.expect("PUBLISH")
    assert told(broker, "published") == ["a", "a/b/c", "b/alarm", "a"]
    assert told(broker, "retained set") == ["a", "a/b/c", "b/alarm"]
    assert told(broker, "retained removed") == ["a"]
    assert sorted(told(broker, "retained published")) == ["a/b/c", "b/alarm"]


def test_no_topics():
    with Broker(plugins=[debug(topics=[]), allow_all()], log={"level": "debug"}) as broker:
        published(broker, "a", retain=True)
    assert told(broker, "published") == told(broker, "retained set") == []


def test_changed_by_a_reload():
    """What is wrong in the new settings leaves the old ones in force."""
    with Broker(plugins=[debug(topics=["a"]), allow_all()], log={"level": "debug"}, workers=2) as broker:
        for topics, accepted, name in ((None, True, "first"), (["b"], True, "second"), (["a/#/b"], False, "third"),
                                       ("all", True, "fourth")):
            if topics is not None:
                config = {} if topics == "all" else {"topics": topics}
                broker.write_config(plugins=[debug(**config), allow_all()])
                assert broker.reload() == accepted, name
            for topic in ("a", "b", "c"):
                published(broker, topic)
    assert told(broker, "published") == ["a", "b", "b", "a", "b", "c"]


def test_changed_under_load():
    """While loops ask, the filters are replaced under them: each publish goes by the old ones or by the new ones."""
    with Broker(plugins=[debug(topics=["a/#"]), allow_all()], log={"level": "debug"}, workers=2) as broker:
        clients = many(broker, "publisher", 4)

        def publish_all(client):
            for number in range(200):
                client.publish(f"{'ab'[number % 2]}/{client.name}", b"x", qos=1)

        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            running = [pool.submit(publish_all, client) for client in clients]
            for topics in (["b/#"], [f"{number}/+" for number in range(50)] + ["b/+"], ["b/#"]):
                broker.write_config(plugins=[debug(topics=topics), allow_all()])
                assert broker.reload()
            for each in running:
                each.result()
        published(broker, "a/last")
        published(broker, "b/last")
    told_last = [topic for topic in told(broker, "published") if topic.endswith("/last")]
    assert told_last == ["b/last"], told_last


def test_rewritten_topic():
    """What counts is the topic that the publish has when the plugin's turn comes."""
    for topics, seen in ((["rewritten/#"], ["rewritten/topic"]), (["rewrite/#"], [])):
        plugins = [plugin("transformer"), debug(topics=topics), allow_all()]
        with Broker(plugins=plugins, log={"level": "debug"}) as broker:
            published(broker, "rewrite/topic")
        assert told(broker, "published") == seen


def test_wrong_filters():
    """A plugin that names what is no filter does not load."""
    broker = Broker(plugins=[debug(topics=["a", "b/#/c"]), allow_all()])
    broker.launch()
    assert broker.wait_exit() > 0
    assert "one of these is no topic filter" in broker.log_text()
    broker.process = None


def test_gates_are_asked():
    """No filter keeps a plugin from being asked who may do what."""
    with Broker(plugins=[plugin("interested", filter="a"), allow_all()]) as broker:
        client = connect(broker, "a")
        client.publish("a", b"x", qos=1, expect=0x83)
        client.publish("b", b"x", qos=1)
        client.publish("secret", b"x", qos=1, expect=0x87)
