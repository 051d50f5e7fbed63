"""Plugins come, go and change places with SIGHUP while clients are connected and publish: nobody is dropped, nothing is
lost, and each message is seen by the plugins of its time."""
import threading

from hooklib import one_event, plugin
from lib import Broker, Client, allow_all, check_serving, connect, many, packets as p

IGNORE, REJECT, CONTINUE = 4, 3, 0


def reload_with(broker, *plugins):
    broker.arguments["plugins"] = [*plugins, allow_all()]
    broker.write_config()
    return broker.reload()


def answers(event, number, name, **table):
    return one_event("answers", event, number, _id=name, **table)


def test_added_removed_and_turned():
    ignores, rejects = (answers("on_publish", number, name) for number, name in ((IGNORE, "i"), (REJECT, "r")))
    with Broker(plugins=[allow_all()]) as broker:
        client = connect(broker, "c")
        client.publish("a", b"1", qos=1, expect=0x10)
        assert reload_with(broker, rejects)
        client.publish("a", b"2", qos=1, expect=0x83)
        assert reload_with(broker, ignores, rejects)
        client.publish("a", b"3", qos=1, expect=0x00)
        assert reload_with(broker, rejects, ignores)
        client.publish("a", b"4", qos=1, expect=0x83)
        assert reload_with(broker)
        broker.wait_record("plugin removed: its library stays loaded", plugin="r")
        client.publish("a", b"5", qos=1, expect=0x10)
        client.ping()


def test_what_cannot_be_made_changes_nothing():
    with Broker(plugins=[answers("on_publish", REJECT, "r"), allow_all()]) as broker:
        client = connect(broker, "c")
        for bad in ("create_fails", "start_fails", "no_such_plugin"):
            assert not reload_with(broker, plugin(bad))
            client.publish("a", b"1", qos=1, expect=0x83)
        assert not reload_with(broker, answers("on_commit", CONTINUE, "store"))
        client.publish("a", b"1", qos=1, expect=0x83)
        assert reload_with(broker)
        client.publish("a", b"1", qos=1, expect=0x10)


def test_settings_of_a_plugin_that_takes_no_new_ones():
    with Broker(plugins=[answers("on_publish", IGNORE, "fixed"), allow_all()]) as broker:
        said = "cannot change its settings while it runs: restart the broker"
        client = connect(broker, "c")
        assert reload_with(broker, answers("on_publish", IGNORE, "fixed"))
        assert not [record for record in broker.records if record.get("message") == said], broker.log_tail()
        assert reload_with(broker, answers("on_publish", REJECT, "fixed"))
        broker.wait_record(said, module="plugin/fixed")
        client.publish("a", b"1", qos=1, expect=0x00)


def test_a_login_that_waits_for_a_removed_plugin():
    """It gets its answer by the deadline at the latest, and the next one is asked of those that are there."""
    waits = one_event("never_completes", "on_connect_authenticate", _id="w", _defer_timeout="500ms", _on_timeout="skip")
    with Broker(plugins=[waits, allow_all()]) as broker:
        waiting = Client(broker)
        waiting.send(p.connect("waiting", version=5))
        assert reload_with(broker)
        connect(broker, "other").ping()
        waiting.expect("CONNACK", reason=0)
        broker.wait_record("plugin removed: its library stays loaded", plugin="w")


def test_under_load():
    """A thousand clients stay while plugins with clients' slots, timers and hooks of all sorts come and go."""
    sets = [[plugin("recorder", file="/dev/null")], [answers("on_publish", CONTINUE, "a", text="defer")],
            [answers("on_publish", CONTINUE, "b"), plugin("recorder", file="/dev/null")], []]
    with Broker(plugins=[allow_all()]) as broker:
        idle = many(broker, "idle", 1000)
        reader, publisher = connect(broker, "reader"), connect(broker, "publisher")
        reader.subscribe("load", qos=1)
        failures = []

        def publish_all():
            try:
                for number in range(600):
                    publisher.publish("load", b"%d" % number, qos=1 + number % 2)
            except Exception as error:
                failures.append(error)

        def read_all():
            try:
                for number in range(600):
                    reader.receive("load", b"%d" % number, qos=1)
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=publish_all), threading.Thread(target=read_all)]
        for thread in threads:
            thread.start()
        for turn in range(8):
            assert reload_with(broker, *sets[turn % len(sets)])
        for thread in threads:
            thread.join()
        assert not failures, failures
        for client in idle[::50]:
            client.ping()
        check_serving(broker)
