"""Every way to be wrong has a clear line in the log, the closed answer, and a broker that runs on."""
from hooklib import one_event, plugin
from lib import Broker, Client, allow_all, check_serving, connect, packets as p

ANEW = "to be built anew with grapnel/plugin.h"
# name → the reason, and what to do about it
LOAD = {"no_such_plugin": ("no no_such_plugin.so in the search path", "or name its folder in [plugins] search"),
        "no_symbol": ("lacks the symbol gn_plugin_entry", ANEW), "wrong_magic": ("wrong magic number", ANEW),
        "other_major": ("needs ABI 2.0, this broker offers 1.0", "install a build of the plugin for ABI 1"),
        "other_major_short": ("needs ABI 2.0, this broker offers 1.0", "install a build of the plugin for ABI 1"),
        "newer_minor": ("needs ABI 1.7, this broker offers 1.0", "it needs a newer broker"),
        "short_entry": ("gn_plugin_entry is too short: 24 bytes", ANEW),
        "long_entry": ("gn_plugin_entry says 4096 bytes and has", ANEW),
        "entry_is_code": ("gn_plugin_entry is too short", ANEW),
        "short_hooks": ("the hooks table is too short", ANEW),
        "torn_hooks": ("the hooks table ends inside an entry", ANEW),
        "create_tears_hooks": ("the hooks table ends inside an entry", ANEW),
        "create_fails": ("the database is on fire", ""), "create_throws": ("create threw: no luck in create", "")}
EVENTS = ("on_connect", "on_connect_authenticate", "on_acl_check", "on_packet_read", "on_packet_encode", "on_subscribe",
          "on_unsubscribe", "on_publish", "on_will", "on_session_established", "on_subscribed", "on_published",
          "on_started", "on_stopped")


def test_not_loaded():
    """A required plugin that does not load ends the start, naming file and reason."""
    for name, (reason, advice) in LOAD.items():
        broker = Broker(plugins=[plugin(name), allow_all()])
        broker.launch()
        code = broker.wait_exit()
        assert code not in (0, None) and code > 0, f"{name}: ended with {code}"
        lines = [line for line in broker.lines if reason in line]
        assert len(lines) == 1 and name in lines[0] and advice in lines[0], f"{name}: {broker.log_tail()}"
        broker.check_sanitizers()
        broker.process = None


def test_not_required():
    with Broker(plugins=[*(plugin(name, _required=False) for name in LOAD), allow_all()]) as broker:
        for name in LOAD:
            broker.wait_record("plugin not loaded", plugin=name)
        check_serving(broker)


def test_loop_start_fails():
    broker = Broker(plugins=[plugin("start_fails"), allow_all()])
    broker.launch()
    assert broker.wait_exit() > 0
    broker.process = None
    named = [line for line in broker.lines if "start_fails: loop_start answered -6" in line]
    assert len(named) == 1 and f"on {broker.workers + 1} of {broker.workers + 1} loops" in named[0], named


def test_loop_start_fails_and_is_not_required():
    """The broker goes on without it, at the start and after a reload, and stops what there is of it."""
    optional = plugin("start_fails", _required=False)
    with Broker(plugins=[optional, allow_all()]) as broker:
        check_serving(broker)
        broker.write_config(plugins=[plugin("start_fails", _id="again", _required=False), allow_all()])
        assert broker.reload()
        check_serving(broker)
    for name in ("start_fails", "again"):
        named = [record for record in broker.records if record.get("plugin") == name and "why" in record]
        assert [each["message"] for each in named] == ["plugin not started"], named


def try_everything(broker):
    """What a client does; whatever answer or close it gets."""
    for version in (4, 5):
        client = Client(broker, version)
        client.send(p.connect("a", version=version, will=p.will("will", b"x")))
        answer = client.next_packet()
        if answer is None or answer.reason != 0:
            continue
        client.send(p.subscribe(1, ["t"], version) + p.publish("t", b"x", 1, packet_id=2, version=version)
                    + p.unsubscribe(3, ["t"], version) + p.pingreq())
        while (packet := client.next_packet()) is not None and packet.type != "PINGRESP":
            pass
        client.close()


def test_contained():
    for how, line in (("throws", "plugin threw"), ("undefined_verdict", "undefined verdict"),
                      ("defers_without_ticket", "undefined verdict")):
        for event in EVENTS:
            if how != "throws" and event in EVENTS[9:]:
                continue
            broker = Broker(plugins=[one_event(how, event), allow_all()]).start()
            try_everything(broker)
            assert broker.alive(), f"{how} in {event}"
            if event != "on_stopped":
                broker.wait_record(line, module=f"plugin/{how}")
            broker.stop()


def test_closed_answers():
    """Failing plugins never open a door."""
    for how in ("throws", "undefined_verdict"):
        for event, v3 in (("on_connect", 5), ("on_connect_authenticate", 5)):
            with Broker(plugins=[one_event(how, event), allow_all()]) as broker:
                for version in (4, 5):
                    client = Client(broker, version)
                    client.send(p.connect("a", version=version))
                    assert client.expect("CONNACK").reason in ((4, v3) if version == 4 else (0x80, 0x83, 0x86, 0x87))
                    client.expect_closed()
        with Broker(plugins=[one_event(how, "on_acl_check"), allow_all()]) as broker:
            client = connect(broker, "a")
            client.subscribe("t", expect=0x87)
            client.publish("t", b"x", qos=1, expect=0x87)
        with Broker(plugins=[one_event(how, "on_publish"), allow_all()]) as broker:
            client = connect(broker, "a")
            client.subscribe("t", qos=1)
            client.publish("t", b"x", qos=1, expect=0x83)
            client.ping()
        with Broker(plugins=[one_event(how, "on_packet_read"), allow_all()]) as broker:
            client = Client(broker)
            client.send(p.connect("a"))
            client.next_packet()
        with Broker(plugins=[one_event(how, "on_will"), allow_all()]) as broker:
            watcher = connect(broker, "w")
            watcher.subscribe("will")
            connect(broker, "a", will=p.will("will", b"kept")).close()
            watcher.receive("will", b"kept")


def test_nonsense_is_refused():
    with Broker(plugins=[plugin("lies_about_sizes"), plugin("wrong_thread"), allow_all()]) as broker:
        client = connect(broker, "a")
        client.subscribe("t", qos=1)
        client.publish("t", b"x", qos=1)
        client.receive("t", b"x", qos=1)
        broker.wait_record("nonsense refused", module="plugin/lies_about_sizes")
        broker.wait_record("wrong thread refused", module="plugin/wrong_thread")


def test_old_plugin():
    with Broker(plugins=[plugin("old_hooks"), allow_all()]) as broker:
        broker.wait_record("old plugin started")
        check_serving(broker)


def test_second_completion():
    with Broker(plugins=[one_event("completes_twice", "on_publish"), allow_all()]) as broker:
        check_serving(broker)
        broker.wait_record("second completion refused")


def test_unasked_completion():
    with Broker(plugins=[one_event("completes_unasked", "on_connect_authenticate", 1), allow_all()]) as broker:
        for number in range(3):
            connect(broker, f"a{number}").ping()
        broker.wait_record("unasked completion refused")


def test_closes_nothing_at_stop():
    with Broker(plugins=[plugin("closes_nothing"), allow_all()]) as broker:
        check_serving(broker)


def test_does_not_stop():
    """The broker ends by its deadline, saying who held it up."""
    for name in ("hangs_at_stop", "blocks_at_stop"):
        broker = Broker(plugins=[plugin(name), allow_all()], limits={"shutdown_timeout": "1s"}).start()
        check_serving(broker)
        broker.process.terminate()
        broker.wait_exit(8)
        assert any(record.get("module") == f"plugin/{name}" and record.get("message") == "plugin did not stop in time"
                   for record in broker.records), broker.log_tail()
        broker.process = None


def test_slow_calls_are_named():
    """Once for each call beyond its plugin's budget; who has more time, or no budget, is not."""
    slow = (one_event("dawdles", "on_publish", 5, _id=name, **budget) for name, budget in
            (("hasty", {"_call_budget": "1ms"}), ("patient", {"_call_budget": "60s"}), ("free", {})))
    with Broker(plugins=[*slow, allow_all()]) as broker:
        client = connect(broker, "a")
        for _ in range(3):
            client.publish("t", b"x", qos=1)
    named = [record for record in broker.records if record.get("message") == "call over budget"]
    assert [(each["module"], each["event"]) for each in named] == [("plugin/hasty", "on_publish")] * 3, named
    assert all(each["took_us"] >= 5000 and each["budget_us"] == 1000 for each in named), named


def test_unknown_keys_are_named():
    with Broker(plugins=[plugin("transformer", encode=False, enocde=True), allow_all()]) as broker:
        record = broker.wait_record("the plugin did not ask for this key", key="enocde")
        assert "grapnel.toml:" in record["where"], record
