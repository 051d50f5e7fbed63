"""GET /plugins, and POST /reload, which reads the configuration as SIGHUP does and says what came of it."""

import shutil

from api_client import READ_TOKEN, TOKEN, ask, made, ok
from lib import Broker, allow_all, authority, connect


def test_plugins():
    with made(top={"stats": {"plugin_times": True}}) as broker:
        connect(broker, "one").publish("a", b"x", qos=1)
        plugin, = ok(broker, "GET", "/plugins")["plugins"]
        assert (plugin["id"], plugin["phase"], plugin["required"]) == ("auth-ledger", "serving", True), plugin
        assert plugin["file"].endswith("auth-ledger.so") and ":" in plugin["source"], plugin
        assert plugin["failure"] is None and plugin["reload"] == {"result": "never", "why": None, "at_ms": None}
        event = next(each for each in plugin["events"] if each["event"] == "on_connect_authenticate")
        assert event["calls"] == 1 and event["time"]["calls"] == 1, event
        assert 0 < event["time"]["p50_ns"] <= event["time"]["p99_ns"] <= event["time"]["max_ns"], event
        assert plugin["time_ns"] >= event["time"]["total_ns"], plugin


def test_not_measured():
    with made() as broker:
        plugin, = ok(broker, "GET", "/plugins")["plugins"]
        assert plugin["time_ns"] is None and all(each["time"] is None for each in plugin["events"]), plugin


def test_reload():
    with made() as broker:
        assert [each["id"] for each in ok(broker, "POST", "/reload")["plugins"]] == ["auth-ledger"]
        broker.write_config(plugins=[{**allow_all(), "id": "second"}], log={"level": "debug"})
        plugins = ok(broker, "POST", "/reload")["plugins"]
        assert [(each["id"], each["phase"]) for each in plugins] == [("second", "serving"), ("auth-ledger", "stopped")]
        assert ok(broker, "GET", "/log/level") == {"level": "debug"}
        assert ask(broker, "POST", "/reload", token=READ_TOKEN)[0] == 403


def test_faults():
    """Each as the log has it."""
    with made() as broker:
        broker.write_config(broker={"no_such_key": 1, "sys_interval": "x"})
        status, answer = ask(broker, "POST", "/reload")
        broker.wait_record("reload failed")  # behind them
        records = [each for each in broker.records if each.get("message") == "configuration"]
        assert status == 422 and len(records) == 2, (answer, records)
        assert answer["faults"] == [f"{each['where']}: {each['fault']}" for each in records], answer
        assert all(each.startswith(f"{broker.config_path}:") for each in answer["faults"]), answer
        broker.write_config(broker={}, plugins=[{"name": "no-such-plugin"}])
        status, answer = ask(broker, "POST", "/reload")
        assert status == 422 and "no-such-plugin" in answer["faults"][0], answer
        broker.write_config(plugins=[allow_all()])
        ok(broker, "POST", "/reload")


def test_certificates_that_cannot_be_loaded():
    """All else is adopted, and the answer has the listeners that keep what they have."""
    signer = authority()
    listeners = [{"id": "tcp"}, {"id": "http", "type": "http"},
                 {"id": "tls", "tls": {"cert": "server.pem", "key": "server.key"}}]
    broker = Broker(listeners=listeners, top={"admin": {"token": TOKEN}}, plugins=[allow_all()])
    for name in ("server.pem", "server.key"):
        shutil.copy(signer.path(name), broker.folder / name)
    with broker:
        (broker.folder / "server.key").write_text("nonsense")
        broker.write_config(log={"level": "debug"})
        status, answer = ask(broker, "POST", "/reload")
        assert status == 422 and "all else is adopted" in answer["error"], answer
        fault, = answer["faults"]
        assert fault.startswith(f"listener tls keeps the certificates it has: {broker.config_path}:"), fault
        assert ok(broker, "GET", "/log/level") == {"level": "debug"}
        broker.wait_record("reloaded")
        shutil.copy(signer.path("server.key"), broker.folder / "server.key")
        ok(broker, "POST", "/reload")


def test_a_signal_still_reloads():
    with made() as broker:
        assert broker.reload()
        broker.write_config(broker={"no_such_key": 1})
        assert not broker.reload()
