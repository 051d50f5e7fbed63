"""The subcommands: --version, plugins, passwd, and wrong usage."""
import subprocess

from lib import Broker, build_dir, hashed


def test_version():
    done = Broker().command("--version")
    assert done.returncode == 0 and done.stdout.startswith("grapnel "), done


def test_plugins():
    broker = Broker()
    broker.write_config()
    done = broker.command("plugins", "--config", broker.config_path)
    assert done.returncode == 0, done
    for word in ("auth-ledger", "auth-ledger.so", "on_connect_authenticate", "on_acl_check"):
        assert word in done.stdout, done.stdout


def test_plugins_that_do_not_load():
    broker = Broker(plugins=[{"name": "no-such-plugin"}])
    broker.write_config()
    done = broker.command("plugins", "--config", broker.config_path)
    assert done.returncode != 0 and "no-such-plugin" in done.stdout + done.stderr, done


def test_passwd():
    """Salted: the same password gives another text each time; it never appears itself."""
    texts = set()
    for _ in range(2):
        done = subprocess.run([str(build_dir() / "broker" / "grapnel"), "passwd"], input="my secret\n", text=True,
                              capture_output=True, check=True)
        assert "my secret" not in done.stdout and "$scrypt$" in done.stdout, done.stdout
        texts.add(done.stdout)
    assert len(texts) == 2
    assert hashed("x").startswith("$scrypt$")


def test_usage():
    for arguments in ((), ("fly",), ("run",), ("check", "--konfig", "x")):
        done = Broker().command(*arguments)
        assert done.returncode == 2 and done.stderr, (arguments, done)
