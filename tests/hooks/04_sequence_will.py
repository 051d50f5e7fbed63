"""The exact sequence of events of wills, expiry and shutdown."""
import signal

from hooklib import Recorded, plugin
from lib import connect, packets as p

workers = (1,)


def test_will():
    with Recorded() as broker:
        watcher = connect(broker, "w")
        watcher.subscribe("will")
        client = connect(broker, "a", will=p.will("will", b"gone", qos=1))
        broker.events()
        client.close()
        watcher.receive("will", b"gone")
        broker.wait_event("on_disconnect")
        found = broker.events()
        assert [line.split()[0] for line in found] == ["on_will", "on_will_sent", "on_disconnect"], found
        assert found[0] == "on_will client=a type=3 topic=will payload=gone qos=1 will from=a", found
        assert found[1] == "on_will_sent client=a type=3 topic=will payload=gone qos=1 will from=a", found


def test_retained_will():
    with Recorded() as broker:
        client = connect(broker, "a", will=p.will("will", b"gone", retain=True))
        broker.events()
        client.close()
        broker.wait_event("on_disconnect")
        found = [line.split()[0] for line in broker.events()]
        assert found == ["on_will", "on_retain_message", "on_will_sent", "on_disconnect"], found


def test_no_will_after_disconnect():
    with Recorded() as broker:
        client = connect(broker, "a", will=p.will("will", b"gone"))
        broker.events()
        client.disconnect()
        broker.expect_events("on_disconnect client=a code=0 ends=1")


def test_disconnect_with_will():
    with Recorded() as broker:
        client = connect(broker, "a", will=p.will("will", b"gone"))
        broker.events()
        client.disconnect(0x04)
        found = [line.split()[0] for line in broker.events()]
        assert found == ["on_will", "on_will_sent", "on_disconnect"], found


def test_delayed_will():
    with Recorded() as broker:
        watcher = connect(broker, "w")
        watcher.subscribe("will")
        client = connect(broker, "a", properties={"session_expiry_interval": 60},
                         will=p.will("will", b"late", properties={"will_delay_interval": 1}))
        broker.events()
        client.close()
        broker.wait_event("on_disconnect")
        assert not [line for line in broker.events() if "on_will_sent" in line]
        watcher.receive("will", b"late")
        watcher.ping()
        assert [line for line in broker.events() if line.startswith("on_will_sent client=a")]


def test_client_expires():
    with Recorded() as broker:
        client = connect(broker, "a", properties={"session_expiry_interval": 1})
        client.disconnect()
        broker.wait_event("on_client_expired")
        found = broker.events()
        assert found[-1] == "on_client_expired client=a", found


def test_retained_expires():
    with Recorded() as broker:
        client = connect(broker, "a")
        client.publish("t", b"x", qos=1, retain=True, properties={"message_expiry_interval": 1})
        broker.events()
        broker.wait_event("on_retained_expired")
        broker.expect_events("on_retained_expired topic=t")


def test_start_and_stop():
    broker = Recorded(flags={"stored": True, "loops": True, "ticks": True})
    broker.start()
    broker.wait_event("on_sys_info_tick")
    found = broker.events()
    main = "1"
    assert found[:6] == [f"{main} {event}" for event in
                         ("stored_clients", "stored_subscriptions", "stored_inflight_messages",
                          "stored_retained_messages", "stored_sys_info", "on_started")], found
    client = connect(broker, "a", will=p.will("will", b"x"))
    broker.events()
    broker.stop()
    found = [line for line in broker.events_after_stop if "tick" not in line]
    names = [line.removeprefix("0 ").removeprefix("1 ").split()[0] for line in found]
    assert names == ["on_will", "on_will_sent", "on_disconnect", "on_stopped", "destroy"], found
    assert "0 on_disconnect client=a code=139 ends=1" in found, found
    client.expect_disconnect(0x8B)


def test_no_tick_after_the_stop():
    """Nothing is told to a plugin behind on_stopped, though another one takes its time to stop; nor is anything read
    anew."""
    broker = Recorded([plugin("hangs_at_stop")], flags={"ticks": True}, broker={"sys_interval": "10ms"},
                      limits={"shutdown_timeout": "300ms"})
    broker.start()
    broker.wait_event("on_sys_info_tick")
    broker.process.terminate()
    broker.wait_event("on_stopped")
    broker.process.send_signal(signal.SIGHUP)
    broker.wait_exit()
    assert not [record for record in broker.records if record.get("message") == "reloaded"], broker.log_tail()
    broker.process = None
    broker.stop()
    lines = broker.events_after_stop
    last = next(index for index, line in enumerate(lines) if "on_stopped" in line)
    assert not [line for line in lines[last:] if "tick" in line], lines


def test_reload():
    with Recorded() as broker:
        broker.events()
        assert broker.reload()
        assert broker.events() == ["reload"]
        recorder = broker.arguments["plugins"][0]
        recorder["config"]["refuse"] = True
        broker.write_config()
        assert not broker.reload()
        broker.wait_record("reload failed", reason="plugin recorder: keeps its settings: told to refuse")
        connect(broker, "still").ping()
