"""Every file of etc/examples, and etc/docker.toml of the image, passes `grapnel check`, and a broker starts with it
where its paths and ports are free; what they say of who is let in is so."""
import pathlib
import re
import shutil
import socket

from lib import Broker, authority, build_dir, hashed, packets as p
from lib.http import get

ETC = pathlib.Path(__file__).resolve().parents[2] / "etc"
EXAMPLES = ETC / "examples"
LEDGER = 'default = "allow"\n[[auth]]\nallow = true\n'


def copied(broker, example):
    """The example in the broker's folder, with what it needs beside it."""
    path = broker.folder / example.name
    shutil.copy(example, path)
    (broker.folder / "ledger.toml").write_text(LEDGER)
    for name in ("admin", "read"):
        token = broker.folder / f"{name}.token"
        token.touch(0o600)
        token.write_text(f"{name}-0123456789abcdef\n")
    folder = broker.folder / "tls"
    folder.mkdir(exist_ok=True)
    for name, here in (("server.pem", "server.pem"), ("server.key", "server.key"), ("ca.pem", "operators.pem")):
        shutil.copy(authority().path(name), folder / here)
    return path


def test_check():
    examples = [*sorted(EXAMPLES.glob("*.toml")), ETC / "docker.toml"]
    names = {each.name for each in examples}
    assert {"admin.toml", "tcp.toml", "unix.toml", "proxy.toml", "web.toml"} <= names, names
    for example in examples:
        broker = Broker()
        done = broker.command("check", "--config", copied(broker, example), "--plugins", build_dir() / "plugins",
                              "--data-dir", broker.folder / "data")
        assert done.returncode == 0, f"{example.name}: {done.stdout}{done.stderr}"


def started(example):
    """A broker with the example, but with any free port, and a socket in its folder."""
    broker = Broker()
    text = copied(broker, example).read_text()
    text = re.sub(r'(address.*):\d{4}"', r'\1:0"', text).replace("/run/grapnel/", f"{broker.folder}/")
    text = text.replace("/var/lib/grapnel", f"{broker.folder}/data")
    text += f'\n[log]\nformat = "json"\n[plugins]\nsearch = ["{build_dir() / "plugins"}"]\n'
    broker.arguments["text"] = text
    return broker


def answer_to_connect(broker, address="127.0.0.1", **login):
    """The return code of CONNACK, of MQTT 3.1.1."""
    with socket.create_connection((address, broker.ports["tcp"]), timeout=20) as plain:
        plain.sendall(p.connect("a", version=4, **login))
        return plain.recv(4)[3]


def address_of_this_machine():
    """One that is none of loopback, where there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        try:
            plain.connect(("192.0.2.255", 9))  # which sends nothing
        except OSError:
            return "127.0.0.1"
        return plain.getsockname()[0]


def test_start():
    for name in ("tcp.toml", "unix.toml", "proxy.toml", "web.toml"):
        started(EXAMPLES / name).start().stop()


def test_admin():
    """Clients of this machine, and operators with a token."""
    with started(EXAMPLES / "admin.toml") as broker:
        assert answer_to_connect(broker) == 0
        for token, status in (("admin", 200), ("read", 200), ("other", 401)):
            headers = [f"Authorization: Bearer {token}-0123456789abcdef"]
            assert get(broker, "/api/v1/status", headers=headers)[0] == status, token


def test_docker():
    """Users with their passwords, from wherever a port leads to it; nobody else; and no operator."""
    broker = started(ETC / "docker.toml")
    (broker.folder / "ledger.toml").write_text(f'default = "allow"\n[users.melon]\npassword = "{hashed("sweet")}"\n')
    with broker:
        for address in ("127.0.0.1", address_of_this_machine()):
            assert answer_to_connect(broker, address, username="melon", password=b"sweet") == 0, address
            assert answer_to_connect(broker, address, username="melon", password=b"sour") in (4, 5), address
            assert answer_to_connect(broker, address) in (4, 5), address
        assert get(broker, "/healthz")[0] == 200
        assert get(broker, "/api/v1/status")[0] == 404


def test_docker_without_users():
    broker = started(ETC / "docker.toml")
    (broker.folder / "ledger.toml").unlink()
    broker.launch()
    assert broker.wait_exit() != 0 and "ledger.toml" in broker.log_text(), broker.log_text()
