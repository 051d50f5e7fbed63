"""include: listeners and plugins of other files are appended; one key set twice is a fault."""
from lib import Broker, connect

PLUGIN = """[[plugin]]
name = "auth-ledger"
[plugin.config]
default = "allow"
[[plugin.config.auth]]
allow = true
"""
LISTENER = '[[listener]]\nid = "second"\ntype = "tcp"\naddress = "127.0.0.1:0"\n'


def test_parts():
    broker = Broker(top={"include": ["conf.d/*.toml"]}, plugins=[])
    (broker.folder / "conf.d").mkdir()
    (broker.folder / "conf.d" / "10-plugin.toml").write_text(PLUGIN)
    (broker.folder / "conf.d" / "20-listener.toml").write_text(LISTENER)
    with broker:
        assert set(broker.ports) == {"tcp", "second"}, broker.ports
        first = connect(broker, "x", listener="tcp")
        second = connect(broker, "y", listener="second")
        first.subscribe("t")
        second.publish("t", b"across")
        first.receive("t", b"across")


def test_key_twice():
    broker = Broker(top={"include": ["conf.d/*.toml"]})
    (broker.folder / "conf.d").mkdir()
    (broker.folder / "conf.d" / "more.toml").write_text("[broker]\nworkers = 3\n")
    broker.write_config()
    done = broker.command("check", "--config", broker.config_path)
    assert done.returncode == 2 and "more.toml:2:" in done.stdout + done.stderr, done


def test_listener_id_twice():
    broker = Broker(listeners=[{"id": "a"}, {"id": "a"}])
    broker.write_config()
    done = broker.command("check", "--config", broker.config_path)
    assert done.returncode == 2, done
