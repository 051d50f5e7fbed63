"""`grapnel check` prints every fault with its place, the plugins' own too, and exits 2; a good config exits 0; a bad
one does not start.
BEHAVIOUR 12.A row 19"""
import re

from lib import Broker, build_dir

FAULTY = """[broker]
workerz = 2
workers = "many"

[limits]
maximum_qos = 3
maximum_packet_sise = 100

[log]
level = "loud"

[[listener]]
id = "a"
type = "tpc"
address = "127.0.0.1:0"

[[plugin]]
name = "auth-ledger"
odrer = 3

[plugin.config]
defualt = "allow"

[[plugin]]
nam = "debug"
"""
LINES = (2, 3, 6, 7, 10, 14, 19, 22, 24, 25)


def test_every_fault():
    broker = Broker(text=FAULTY)
    broker.write_config()
    done = broker.command("check", "--config", broker.config_path, "--plugins", str(build_dir() / "plugins"))
    output = done.stdout + done.stderr
    assert done.returncode == 2, (done.returncode, output)
    places = {int(line) for line in re.findall(r"grapnel\.toml:(\d+):\d+", output)}
    assert places == set(LINES), output
    for wrong, right in (("workerz", "workers"), ("maximum_packet_sise", "maximum_packet_size"), ("odrer", "order"),
                         ("defualt", "default")):
        assert re.search(rf"{wrong}.*did you mean.*{right}", output), output


def test_does_not_start():
    broker = Broker(text=FAULTY)
    broker.launch()
    assert broker.wait_exit() == 2
    assert "workerz" in broker.log_text() and "maximum_qos" in broker.log_text()


def test_good():
    broker = Broker()
    broker.write_config()
    done = broker.command("check", "--config", broker.config_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_not_toml_and_not_there():
    broker = Broker(text="[broker\nworkers = ")
    broker.write_config()
    for command in ("check", "run", "plugins"):
        done = broker.command(command, "--config", broker.config_path)
        assert done.returncode == 2, (command, done.returncode)
        assert re.search(r"grapnel\.toml:[12]:\d+", done.stdout + done.stderr), done
        done = broker.command(command, "--config", broker.folder / "none.toml")
        assert done.returncode == 2 and "none.toml" in done.stdout + done.stderr, done


def test_extremes():
    """PITFALLS 3 arithmetic traps: values out of range are refused, not wrapped."""
    for line in ("receive_maximum = 0", "receive_maximum = 65536", "topic_alias_maximum = -1", "maximum_qos = -1",
                 "maximum_packet_size = \"9999 TiB\"", "connect_timeout = \"-1s\"", "minimum_protocol_version = 6",
                 "maximum_inflight = 0", "maximum_session_expiry_interval = 4294967296", "maximum_keepalive = 65536",
                 "retain_available = 2", "queue_drop_policy = \"random\"", "maximum_packet_size = 1.5"):
        broker = Broker(text=f"[limits]\n{line}\n")
        broker.write_config()
        done = broker.command("check", "--config", broker.config_path)
        assert done.returncode == 2 and "grapnel.toml:2:" in done.stdout + done.stderr, (line, done)
