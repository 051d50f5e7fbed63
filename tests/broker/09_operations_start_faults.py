"""What keeps the broker from serving ends it with a clear line: a plugin that is missing, a port in use, a bad address.
PITFALLS 3 fail closed"""
from lib import Broker, connect


def fails(broker, *words):
    broker.launch()
    assert broker.wait_exit(20) != 0
    log = broker.log_text()
    for word in words:
        assert word in log, log


def test_missing_plugin():
    fails(Broker(plugins=[{"name": "no-such-plugin"}]), "no-such-plugin")
    fails(Broker(plugins=[{"path": "/nowhere/x.so"}]), "/nowhere/x.so")


def test_optional_plugin():
    """required = false: a warning, and the broker serves with the others."""
    with Broker(plugins=[{"name": "no-such-plugin", "required": False},
                         {"name": "auth-ledger", "config": {"default": "allow", "auth": [{"allow": True}]}}]) as broker:
        assert "no-such-plugin" in broker.log_text()
        connect(broker, "x").ping()


def test_port_in_use():
    with Broker() as first:
        fails(Broker(listeners=[{"id": "tcp", "address": f"127.0.0.1:{first.port}"}]), str(first.port))


def test_bad_ledger():
    fails(Broker(plugins=[{"name": "auth-ledger", "config": {"default": "sometimes"}}]), "default")
    fails(Broker(plugins=[{"name": "auth-ledger", "config": {"file": "absent.toml"}}]), "absent.toml")
