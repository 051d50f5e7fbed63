"""A store that makes its records up gives back more than a batch, in every order, for clients that are not there, and
never ends; see tests/plugins/invented_store.cpp."""
from hooklib import Recorded, one_event, plugin
from lib import Broker, allow_all, connect

KEEP = {"session_expiry_interval": 1000}


def restored(**store):
    return Broker(plugins=[plugin("invented_store", **store), allow_all()])


def check_messages(client, messages, sent):
    """All stored messages of a client come, in their order, the first `sent` of them with the ids they had."""
    for number in range(messages):
        message = client.expect("PUBLISH", topic="stored")
        assert int(message.payload) == number, (number, message)
        if number < sent:
            assert (message.packet_id, message.dup) == (sent - number, True), message
        client.acknowledge(message)


def test_messages_come_in_their_order():
    for defer in (False, True):
        for sent in (0, 11, 50):
            with restored(clients=3, messages=50, sent=sent, defer=defer, slice=7) as broker:
                for number in range(3):
                    client = connect(broker, f"c{number}", clean=False, properties=KEEP, session=True)
                    check_messages(client, 50, sent)
                    client.ping()


def test_many_batches_and_workers():
    """More records for each worker than it may have untaken, also while a plugin that is not concurrent has timers on
    the workers, which cannot run while it gives."""
    for restless in (False, True):
        for workers in (1, 4):
            broker = restored(clients=20000, messages=2, retained=3000, restless=restless)
            broker.workers = workers
            with broker:
                broker.wait_record("restored", clients=20000, subscriptions=20000, messages=40000, retained=3000)
                for number in (0, 1, 777, 19999):
                    client = connect(broker, f"c{number}", clean=False, properties=KEEP, session=True)
                    check_messages(client, 2, 0)
                    client.ping()
                publisher = connect(broker, "p")
                publisher.publish("live", b"now", qos=1)
                client.receive("live", b"now", qos=1)
                publisher.subscribe("retained/2/999")
                publisher.expect("PUBLISH", retain=True, topic="retained/2/999")


def test_memory_is_that_of_what_lives():
    """Records wait nowhere in numbers: who gives them faster than they are taken is held up."""
    broker = restored(clients=200000, messages=1)
    broker.workers = 1
    with broker:
        broker.wait_record("restored", clients=200000)
        broker.check_growth(broker.rss_kb(), 8000, at_peak=True)


def test_records_of_unknown_clients():
    with restored(clients=1, messages=1, unknown=5) as broker:
        broker.wait_record("records of unknown clients were left out", level="warn", records=5)
        broker.wait_record("restored", clients=1, messages=1)
    with restored(clients=1, messages=1) as broker:
        assert "unknown clients" not in broker.log_text(), broker.log_tail()


def test_progress():
    """What an operator reads while it takes long, and what at its end."""
    with restored(clients=30, defer=True, pause_ms=50) as broker:
        said = [each for each in broker.records if each.get("message", "").startswith("restored ")]
        assert said, broker.log_tail()
        first = said[0]
        assert first["message"] == f"restored {first['records']} of 30 records", first
        assert (first["kind"], first["of"]) == ("clients", 30), first
        total = broker.wait_record("restored", clients=30, subscriptions=30, messages=0, retained=0)
        assert total["ms"] >= 1500, total


def test_published_by_a_plugin_meanwhile():
    """It comes behind what was stored, and its place is not that of a stored one."""
    with restored(clients=2, messages=20, sent=3, defer=True, speak=True) as broker:
        for name in ("c0", "c1"):
            client = connect(broker, name, clean=False, properties=KEEP, session=True)
            check_messages(client, 20, 3)
            client.receive("live", b"first", qos=1)
            client.ping()


def test_stopped_meanwhile():
    """Whatever a store has not given yet, the broker ends, and sends and tells nothing of sessions half restored."""
    for workers in (1, 4):
        broker = Recorded(others=[plugin("invented_store", clients=3000, messages=2, defer=True, slice=500, stall=True,
                                         wills=True, _defer_timeout="60s")])
        broker.workers = workers
        broker.launch()
        broker.wait_record("stalled")
        broker.stop()
        assert broker.events_after_stop == ["on_stopped", "destroy"], broker.events_after_stop
    for kind in ("clients", "retained_messages"):
        broker = Broker(plugins=[one_event("never_completes", f"stored_{kind}", _defer_timeout="60s"), allow_all()])
        broker.launch()
        broker.wait_record("restored 0 records", kind=kind.split("_", maxsplit=1)[0])
        broker.stop()
        assert "left a handle open" not in broker.log_text(), broker.log_tail()
