"""Every file of etc/examples passes `grapnel check`, and a broker starts with it where its paths and ports are free."""
import pathlib
import re
import shutil

from lib import Broker, authority, build_dir

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "etc" / "examples"
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
    examples = sorted(EXAMPLES.glob("*.toml"))
    names = {each.name for each in examples}
    assert {"admin.toml", "tcp.toml", "unix.toml", "proxy.toml", "web.toml"} <= names, names
    for example in examples:
        broker = Broker()
        done = broker.command("check", "--config", copied(broker, example), "--plugins", build_dir() / "plugins",
                              "--data-dir", broker.folder / "data")
        assert done.returncode == 0, f"{example.name}: {done.stdout}{done.stderr}"


def test_start():
    """With any free port, and a socket in the broker's folder."""
    for name in ("admin.toml", "tcp.toml", "unix.toml", "proxy.toml", "web.toml"):
        broker = Broker()
        text = copied(broker, EXAMPLES / name).read_text()
        text = re.sub(r':\d{4}"', ':0"', text).replace("/run/grapnel/", f"{broker.folder}/")
        text = text.replace("/var/lib/grapnel", f"{broker.folder}/data")
        text += f'\n[log]\nformat = "json"\n[plugins]\nsearch = ["{build_dir() / "plugins"}"]\n'
        broker.arguments["text"] = text
        broker.start().stop()
