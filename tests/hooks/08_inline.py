"""The inline client of the host tables: publish, subscribe, unsubscribe, inject, disconnect."""
from hooklib import one_event, plugin
from lib import Broker, allow_all, check_serving, connect, packets as p

config = dict(plugins=[plugin("inliner"), allow_all()])


def test_publish(broker):
    client = connect(broker, "a")
    client.subscribe("inline/done", qos=2)
    client.publish("inline/do/publish", b"hello", qos=1)
    message = client.receive("inline/done", b"hello", qos=1)
    assert message.properties["user_property"] == [("by", "inliner")], message


def test_retain(broker):
    client = connect(broker, "a")
    mark = broker.mark()
    client.publish("inline/do/retain", b"kept", qos=1)
    broker.wait_record("inline publish answered 0", after=mark)
    client.subscribe("inline/kept")
    client.receive("inline/kept", b"kept")  # live or retained: the broker publishes it after the hook
    late = connect(broker, "late")
    late.subscribe("inline/kept")
    late.receive("inline/kept", b"kept", retain=True)


def test_sys(broker):
    """Towards $SYS, and from it."""
    client = connect(broker, "a")
    client.subscribe("$SYS/inline")
    client.publish("inline/do/sys", b"x", qos=1)
    client.receive("$SYS/inline", b"x")
    broker.wait_record("inline $SYS/broker/version")


def test_inject(broker):
    watcher = connect(broker, "w")
    watcher.subscribe("injected", qos=1)
    for target in ("victim", ""):
        victim = connect(broker, "victim", version=4)
        wire = p.publish("injected", b"from " + target.encode(), version=4 if target else 5)
        watcher.publish("inline/do/inject", target.encode() + b":" + wire, qos=1)
        watcher.receive("injected", b"from " + target.encode())
        victim.ping()
    victim.subscribe("t")
    watcher.publish("inline/do/inject", b"victim:" + p.unsubscribe(9, ["t"], 4), qos=1)
    victim.expect("UNSUBACK", packet_id=9)
    watcher.publish("inline/do/inject", b"nobody:" + wire, qos=1)
    watcher.publish("inline/do/inject", b":\xff\xff\xff", qos=1)
    broker.wait_record("inline inject answered -1")
    watcher.ping()


def test_disconnect(broker):
    client = connect(broker, "a")
    for drop in (False, True):
        victim = connect(broker, "victim", clean=False, properties={"session_expiry_interval": 100})
        client.publish("inline/do/kick/all" if drop else "inline/do/kick", b"victim", qos=1)
        victim.expect_disconnect(0x98)
        connect(broker, "victim", clean=False, session=not drop).disconnect()
    old = connect(broker, "old", version=4)
    client.publish("inline/do/kick", b"old", qos=1)
    old.expect_closed()


def test_subscriptions_are_replaced_and_end():
    with Broker(plugins=[plugin("inliner"), allow_all()]) as broker:
        client = connect(broker, "a")
        mark = broker.mark()
        client.publish("inline/do/twice", b"", qos=1)
        broker.wait_record("inline subscribe answered 0", after=mark)
        client.subscribe("inline/done", qos=1)
        for payload in (b"once", b"again"):
            client.publish("inline/do/publish", payload, qos=1)
            client.receive("inline/done", payload, qos=1)
        client.publish("inline/do/stop", b"", qos=1)
        broker.wait_record("inline unsubscribe answered 0")
        client.publish("inline/do/publish", b"never", qos=1)
        client.ping()
    obeyed = [record for record in broker.records if record.get("message") == "inline inline/do/publish"]
    assert len(obeyed) == 2, obeyed


def test_switched_off():
    with Broker(plugins=[plugin("inliner"), allow_all()], broker={"inline_client": False}) as broker:
        broker.wait_record("inline subscribe answered -5")
        connect(broker, "a").ping()


def test_deferring_hook_is_asked_for_an_answer():
    """An inline publish cannot wait: `defer` answers 0, and the plugin decides at once."""
    with Broker(plugins=[plugin("inliner"), one_event("answers", "on_publish", text="defer"), allow_all()]) as broker:
        client = connect(broker, "a")
        client.subscribe("inline/done", qos=1)
        client.publish("inline/do/publish", b"hello", qos=1)
        client.receive("inline/done", b"hello", qos=1)
        broker.wait_record("may not defer", module="plugin/answers")


def test_hook_that_defers_all_the_same():
    """Without a ticket "later" is no verdict: the closed answer counts, the plugin is named, and the broker goes on."""
    with Broker(plugins=[plugin("inliner"), one_event("defers_anyway", "on_publish"), allow_all()]) as broker:
        client = connect(broker, "a")
        client.subscribe("inline/done", qos=1)
        client.publish("inline/do/publish", b"rejected", qos=1)
        broker.wait_record("undefined verdict", module="plugin/defers_anyway", event="on_publish", verdict=5)
        client.publish("inline/done", b"deferred and delivered", qos=1)
        client.receive("inline/done", b"deferred and delivered", qos=1)
        check_serving(broker)
