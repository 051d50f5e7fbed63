"""A listener on a unix socket serves like any other, and its clients' address is "unix". Its file has the mode that was
asked for and goes with the broker."""
import os
import stat

from lib import Broker, Client, connect, ledger, packets as p


def unix(broker, **more):
    return {"id": "local", "type": "unix", "address": str(broker.folder / "mqtt.sock"), **more}


def start(broker, **more):
    broker.arguments["listeners"] = [{"id": "tcp"}, unix(broker, **more)]
    return broker.start()


def test_round_trip():
    broker = start(Broker())
    local = connect(broker, "local", listener="local")
    remote = connect(broker, "remote", listener="tcp")
    local.subscribe("to/local", qos=1)
    remote.publish("to/local", b"hello", qos=1)
    local.receive("to/local", b"hello", qos=1)
    remote.subscribe("to/remote")
    local.publish("to/remote", b"x" * 300_000)
    remote.receive("to/remote", b"x" * 300_000)
    broker.stop()


def test_packets_in_pieces():
    """Bytes come as they come; the connection moves to the worker of its session."""
    broker = start(Broker())
    for number in range(8):
        client = Client(broker, 5, "local")
        for byte in p.connect(f"piece-{number}"):
            client.send(bytes([byte]))
        client.expect("CONNACK", reason=0)
        client.ping()
    broker.stop()


def test_address_is_unix():
    """Rules of the ledger see it."""
    broker = start(Broker(plugins=[ledger(default="allow", auth=[{"remote": "unix", "allow": True}])]))
    connect(broker, "local", listener="local").ping()
    client = Client(broker, 5, "tcp")
    client.send(p.connect("remote"))
    client.expect_refused(0x86)
    broker.stop()


def test_file():
    broker = start(Broker(), mode="0622", owner=str(os.getuid()), group=str(os.getgid()))
    path = broker.folder / "mqtt.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o622
    folder = os.open(broker.folder, os.O_RDONLY)
    broker.stop()
    assert not os.listdir(folder) or "mqtt.sock" not in os.listdir(folder)
    os.close(folder)


def test_relative_path():
    """From the folder of the configuration."""
    broker = Broker()
    broker.arguments["listeners"] = [{"id": "local", "type": "unix", "address": "here.sock"}]
    broker.start()
    assert broker.ports["local"] == str(broker.folder / "here.sock")
    connect(broker, "local").ping()
    broker.stop()
