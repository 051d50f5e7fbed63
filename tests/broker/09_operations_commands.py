"""The subcommands: --version, plugins, passwd, and wrong usage."""
import json
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


def test_plugins_say_where_their_settings_are():
    broker = Broker(plugins=[{"name": "debug", "order": 7, "call_budget": "1500us", "on_timeout": "skip"},
                             {"name": "no-such-plugin", "required": False}])
    broker.write_config()
    lines = broker.config_path.read_text().splitlines()
    first, second = (number for number, line in enumerate(lines, 1) if line == "[[plugin]]")
    done = broker.command("plugins", "--config", broker.config_path)
    assert f"  settings {broker.config_path}:{first}, order 7, required\n" in done.stdout, done.stdout
    assert f"  settings {broker.config_path}:{second}, order 50, not required\n" in done.stdout, done.stdout
    assert "  limits   answers that are put off: 2s, then skip; call budget: 1500us\n" in done.stdout, done.stdout
    events = done.stdout.split("  events   ")[1].split("\nno-such")[0].splitlines()
    assert len(events) > 1 and max(map(len, events)) <= 100, events

    done = broker.command("plugins", "--json", "--config", broker.config_path)
    assert done.returncode == 1, done
    debug, missing = json.loads(done.stdout)["plugins"]
    assert debug["source"] == f"{broker.config_path}:{first}" and debug["abi"]["major"] == 1, debug
    assert (debug["order"], debug["required"], debug["on_timeout"]) == (7, True, "skip"), debug
    assert (debug["call_budget_us"], debug["defer_timeout_ms"], debug["error"]) == (1500, 2000, None), debug
    assert "on_packet_read" in debug["events"], debug
    assert (missing["file"], missing["version"], missing["required"]) == (None, None, False), missing
    assert "no no-such-plugin.so" in missing["error"], missing


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
