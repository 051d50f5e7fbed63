"""Each way to break a promise is found, named in the log with the plugin's id, and changes nothing for the client
beyond the closed answer. That each is counted is a test of tests/unit/hooks. The rest of the table, what throws or
answers nonsense, is in 09_wrong_plugins.py."""
from hooklib import one_event, plugin
from lib import Broker, Client, allow_all, check_serving, connect, packets as p


def test_thrown_in_the_sdk():
    """The plugin's own barrier caught it; the broker knows all the same."""
    with Broker(plugins=[plugin("sdk_throws", _id="bad"), allow_all()]) as broker:
        client = Client(broker)
        client.send(p.connect("a"))
        assert client.expect("CONNACK").reason in (0x80, 0x83, 0x86, 0x87)
        broker.wait_record("plugin failed", module="plugin/bad", what="on_connect threw: oops", **{"in": "on_connect"})


def test_answered_again():
    with Broker(plugins=[one_event("completes_twice", "on_publish", _id="eager"), allow_all()]) as broker:
        client = connect(broker, "a")
        client.publish("t", b"x", qos=1, expect=0x10)
        client.ping()
        broker.wait_record("answered again", module="plugin/eager", level="warn")


def test_answered_after_the_hook_had_answered():
    with Broker(plugins=[one_event("completes_unasked", "on_connect_authenticate", 1), allow_all()]) as broker:
        for number in range(2):
            connect(broker, f"a{number}").ping()
        broker.wait_record("answered again", module="plugin/completes_unasked", level="warn")


def test_answered_late():
    late = one_event("answers_too_late", "on_connect", 1500, _id="tardy", _defer_timeout="1s")
    with Broker(plugins=[late, allow_all()]) as broker:
        client = Client(broker)
        client.send(p.connect("a"))
        assert client.expect("CONNACK").reason == 0x88
        broker.wait_record("no answer in time", module="plugin/tardy", event="on_connect")
        broker.wait_record("answered after the deadline", module="plugin/tardy", level="warn")
        broker.wait_record("late answer refused", module="plugin/tardy")


def test_client_left_first():
    """That an answer comes to nothing then is nobody's fault."""
    with Broker(plugins=[one_event("completes_late", "on_connect", _defer_timeout="60s"), allow_all()]) as broker:
        first = Client(broker)
        first.send(p.connect("a"))
        broker.wait_record("ticket kept")
        first.close()
        connect(broker, "b").ping()
        broker.wait_record("late completion refused", "late completion taken")
    assert not [record for record in broker.records if "answered" in record.get("message", "")]


def test_handles_left_open():
    broker = Broker(plugins=[plugin("closes_nothing", _id="untidy"), allow_all()], workers=2)
    with broker:
        check_serving(broker)
    named = [record for record in broker.records if record.get("message") == "left a handle open"]
    assert [(each["module"], each["type"]) for each in named] == [("plugin/untidy", "timer")] * 3, named
    assert sorted(each["loop"] for each in named) == [0, 1, 2], named
