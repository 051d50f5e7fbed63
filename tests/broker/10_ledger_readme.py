"""The ledger example of README.md, as it stands there, does what the README says of it."""
import pathlib
import re

from lib import Broker, Client, connect, hashed, packets as p

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def example():
    text = README.read_text()
    block = re.search(r"```toml\n# ledger\.toml\n(.*?)```", text, re.S).group(1)
    return block.replace("$scrypt$…", hashed("sweet"))


def started():
    broker = Broker(plugins=[{"name": "auth-ledger", "config": {"file": "ledger.toml"}}])
    (broker.folder / "ledger.toml").write_text(example())
    return broker


def test_melon():
    """Reads and writes below melon/, writes updates/, nothing else."""
    with started() as broker:
        melon = connect(broker, "m", username="melon", password=b"sweet")
        melon.subscribe("melon/#", "updates/#", "#", expect=[0, 0x87, 0x87])
        melon.publish("melon/a", b"1", qos=1)
        melon.receive("melon/a", b"1")
        melon.publish("updates/a", b"2", qos=1)
        melon.publish("other", b"3", qos=1, expect=0x87)


def test_wrong_password():
    """A listed user with a wrong password is refused, though it comes from this machine."""
    with started() as broker:
        wrong = Client(broker)
        wrong.send(p.connect("m", username="melon", password=b"sour"))
        wrong.expect_refused(0x86)


def test_local_clients():
    """Everybody else on this machine: public/ and its own devices/ID/, $SYS to read."""
    with started() as broker:
        local = connect(broker, "d7")
        local.subscribe("public/#", "devices/d7/#", "devices/d8/#", "#", expect=[0, 0, 0x87, 0x87])
        connect(broker, "d9").subscribe("$SYS/#")
        local.publish("devices/d7/state", b"on", qos=1)
        local.receive("devices/d7/state", b"on")
        local.publish("devices/d8/state", b"on", qos=1, expect=0x87)
        local.publish("$SYS/x", b"", qos=1, expect=0x87)
