#!/usr/bin/env python3
"""The subcommands as a person meets them: what they print and how they end. Ends with `N passed, N failed`."""

import argparse
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
HASH = re.compile(r"^\$scrypt\$ln=\d+,r=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$")
BROKEN = """\
[limits]
maximum_client = 1
receive_maximum = 0
[[listener]]
id = "tcp"
type = "tpc"
address = "127.0.0.1"
"""

build = ROOT / "build"


def grapnel(*arguments, stdin=""):
    return subprocess.run([build / "broker" / "grapnel", *arguments], input=stdin, capture_output=True, text=True,
                          timeout=30)


class ConfigFile:
    """A configuration in a folder that lives as long as the test."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name) / "grapnel.toml"
        path.write_text(self.text)
        return str(path)

    def __exit__(self, *_):
        self.folder.cleanup()


def equal(found, wanted):
    assert found == wanted, f"{found!r}, wanted {wanted!r}"


def test_version():
    done = grapnel("--version")
    equal(done.returncode, 0)
    assert re.fullmatch(r"grapnel \d+\.\d+\.\d+\n", done.stdout), done.stdout


def test_output_that_cannot_be_written():
    with ConfigFile('[[listener]]\nid = "a"\ntype = "tcp"\naddress = "127.0.0.1:0"\n') as path, \
            open("/dev/full", "w") as full:
        for arguments in (["--version"], ["--help"], ["check", "--config", path],
                          ["plugins", "--config", path, "--json"], ["passwd", "-b", "x"]):
            done = subprocess.run([build / "broker" / "grapnel", *arguments], stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=30)
            equal((done.returncode, done.stderr),
                  (1, "grapnel: cannot write to standard output: No space left on device\n"))


def test_closed_descriptors():
    """What the program opens does not become its standard input, output or error."""
    with ConfigFile('[[listener]]\nid = "a"\ntype = "tcp"\naddress = "127.0.0.1:0"\n') as path:
        for closed in ("<&-", "<&- 2>&-", "2>&-"):
            command = ["sh", "-c", f'exec "$0" check --config "$1" {closed}', build / "broker" / "grapnel", path]
            done = subprocess.run(command, capture_output=True, text=True, timeout=30)
            equal((done.returncode, done.stdout), (0, f"{path}: no faults, 1 listener, 0 plugins\n"))


def test_owner_of_a_socket():
    listener = '[[listener]]\nid = "u"\ntype = "unix"\naddress = "/nowhere/u"\n'
    for key, said in (("owner", "there is no user nobody-has-this"), ("group", "there is no group nobody-has-this")):
        with ConfigFile(listener + f'{key} = "nobody-has-this"\n') as path:
            done = grapnel("check", "--config", path)
            equal(done.returncode, 2)
            assert done.stderr.startswith(f"{path}:1:1: listener u: {said}\n"), done.stderr
    with ConfigFile(listener + 'owner = "root"\ngroup = "0"\n') as path:
        equal(grapnel("check", "--config", path).returncode, 0)


def test_help():
    for arguments in (["--help"], ["run", "--help"], ["passwd", "-h"], ["check", "--config", "x", "--help"],
                      ["plugins", "--json", "-h"]):
        done = grapnel(*arguments)
        equal((done.returncode, done.stderr), (0, ""))
        for word in ("run", "check", "plugins", "passwd", "--version", "--data-dir"):
            assert word in done.stdout, word


def test_store_help():
    assert "grapnel store --config FILE" in grapnel("--help").stdout
    for arguments in (["--help"], ["--config", "x", "--help"], ["--config", "x", "sessions", "-h"]):
        done = grapnel("store", *arguments)
        equal((done.returncode, done.stderr), (0, ""))
        for word in ("sessions", "repair", "export [FILE]", "--store ID"):
            assert word in done.stdout, word
    for arguments in ([], ["--config", "x"], ["verify"], ["--config"]):
        done = grapnel("store", *arguments)
        equal(done.returncode, 2)
        assert done.stderr.endswith("; see grapnel store --help\n"), done.stderr


def test_help_is_no_word_of_others():
    assert grapnel("passwd", "-b", "-h").stdout.startswith("$scrypt$")
    with ConfigFile('[[listener]]\nid = "a"\ntype = "tcp"\naddress = "127.0.0.1:0"\n') as path:
        done = grapnel("store", "--config", path, "session", "--", "-h")
        assert "no plugin of" in done.stderr, done.stderr


STORE = '[[plugin]]\nname = "rocksdb-store"\nid = "{}"\n[plugin.config]\npath = "{}"\n'


def test_store_chooses_the_plugin():
    folder = ["--plugins", str(build / "plugins")]
    with ConfigFile('[[plugin]]\nname = "auth-ledger"\n') as path:
        done = grapnel("store", "--config", path, *folder, "verify")
        equal(done.returncode, 2)
        assert "is a store that can be looked into" in done.stderr, done.stderr
    with ConfigFile('[[plugin]]\nname = "auth-ledger"\n' + STORE.format("one", "a")) as path:
        done = grapnel("store", "--config", path, *folder, "--data-dir", "/no/such", "verify")
        equal(done.returncode, 1)
        equal(done.stderr, "grapnel: database /no/such/a: is not there\n")
    with ConfigFile(STORE.format("one", "a") + STORE.format("two", "b")) as path:
        done = grapnel("store", "--config", path, *folder, "verify")
        equal(done.returncode, 2)
        assert "choose with --store one of one, two" in done.stderr, done.stderr
        done = grapnel("store", "--config", path, *folder, "--store", "six", "verify")
        equal(done.returncode, 2)
        assert 'no store is called "six"; there is one, two' in done.stderr, done.stderr
        done = grapnel("store", "--store=two", "--config", path, *folder, "--data-dir", "/no/such", "verify")
        assert "/no/such/b" in done.stderr, done.stderr


def test_store_misses_its_plugin():
    with ConfigFile('[[plugin]]\nname = "no-such-plugin"\n') as path:
        done = grapnel("store", "--config", path, "verify")
        equal(done.returncode, 2)
        assert "no no-such-plugin.so in the search path" in done.stderr, done.stderr


def test_store_says_faults_of_the_settings():
    with ConfigFile(STORE.format("one", "a") + 'pth = "b"\n') as path:
        done = grapnel("store", "--config", path, "--plugins", str(build / "plugins"), "verify")
        equal(done.returncode, 2)
        assert f"{path}:6" in done.stderr and 'did you mean "path"?' in done.stderr, done.stderr


def test_store_refuses_values_that_cannot_work():
    entry = '[[plugin]]\nname = "rocksdb-store"\n[plugin.config]\n{} = {}\n'
    for key, value, said in (("write_buffer", "0", "write_buffer is from 64 KiB"),
                             ("write_buffer", '"1 KiB"', "write_buffer is from 64 KiB"),
                             ("write_buffer", '"10000 GiB"', "to 16 GiB"), ("path", '""', "path is a directory"),
                             ("path", '"."', "path is a directory"), ("path", '"x/../.."', "path is a directory"),
                             ("sync_interval", '"1s"', "sync_interval needs sync"),
                             ("sync_interval", '"0s"\nsync = "interval"', "sync_interval is 1ms or more")):
        with ConfigFile(entry.format(key, value)) as path:
            done = grapnel("check", "--config", path, "--plugins", str(build / "plugins"))
            equal(done.returncode, 2)
            assert said in done.stderr, (key, value, done.stderr)


def test_store_warns_of_a_cache_that_no_machine_has():
    with ConfigFile('[[plugin]]\nname = "rocksdb-store"\n[plugin.config]\nblock_cache = "900000 GiB"\n') as path:
        done = grapnel("check", "--config", path, "--plugins", str(build / "plugins"))
        equal(done.returncode, 0)
        assert "block_cache is more than this machine has" in done.stderr, done.stderr


def test_two_stores_of_one_path():
    listener = '[[listener]]\nid = "a"\ntype = "tcp"\naddress = "127.0.0.1:0"\n'
    with tempfile.TemporaryDirectory() as folder, \
            ConfigFile(listener + STORE.format("one", "a") + STORE.format("two", "a/")) as path:
        done = grapnel("run", "--config", path, "--plugins", str(build / "plugins"), "--data-dir", folder)
        equal(done.returncode, 1)
        assert "in use by another plugin of this process" in done.stderr, done.stderr


def test_no_arguments():
    done = grapnel()
    equal(done.returncode, 2)
    equal(done.stdout, "")
    assert "grapnel run --config FILE" in done.stderr


def test_unknown_command():
    done = grapnel("chek")
    equal(done.returncode, 2)
    equal(done.stderr, 'grapnel: unknown command "chek"; did you mean "check"?; see grapnel --help\n')


def test_wrong_arguments():
    for arguments, words in ((["check"], "--config FILE is missing"),
                             (["run", "--config"], "--config needs a value"),
                             (["plugins", "--config", "x", "--port", "1"], 'unknown argument "--port"'),
                             (["store", "--config", "x"], "store needs a command"),
                             (["store", "--store"], "--store needs a value"), (["store", "verify"], "--config FILE"),
                             (["passwd", "-x"], 'unknown argument "-x"'),
                             (["passwd", "a", "b"], 'unknown argument "b"')):
        done = grapnel(*arguments)
        equal(done.returncode, 2)
        assert words in done.stderr, done.stderr


def test_check_default_config():
    done = grapnel("check", "--config", str(ROOT / "etc" / "grapnel.toml"), "--plugins", str(build / "plugins"))
    equal((done.returncode, done.stderr), (0, ""))
    assert done.stdout.endswith(": no faults, 3 listeners, 2 plugins\n"), done.stdout


def test_check_asks_the_plugins():
    """A fault below plugin.config is the plugin's to find: with file and line, like any other."""
    text = '[[plugin]]\nname = "auth-ledger"\n[plugin.config]\ndefalt = "deny"\n'
    with ConfigFile(text) as path:
        for command in ("check", "run"):
            done = grapnel(command, "--config", path, "--plugins", str(build / "plugins"))
            equal(done.returncode, 2)
            assert f"{path}:4" in done.stderr and 'did you mean "default"?' in done.stderr, done.stderr


def test_check_misses_a_plugin():
    with ConfigFile('[[plugin]]\nname = "no-such-plugin"\n') as path:
        done = grapnel("check", "--config", path)
        equal(done.returncode, 2)
        assert "no no-such-plugin.so in the search path" in done.stderr, done.stderr


def test_check_prints_every_fault():
    with ConfigFile(BROKEN) as path:
        for command in ("check", "run", "plugins"):
            done = grapnel(command, f"--config={path}")
            equal(done.returncode, 2)
            equal(done.stdout, "")
            lines = done.stderr.splitlines()
            equal(len(lines), 5)
            equal([line.split(": ")[0] for line in lines[:4]], [f"{path}:{place}" for place in
                                                               ("2:1", "3:1", "6:1", "7:1")])
            assert 'did you mean "maximum_clients"?' in lines[0]
            assert "from 1 to 65535" in lines[1]
            assert 'did you mean "tcp"?' in lines[2]
            assert '"host:port"' in lines[3]
            equal(lines[4], "grapnel: 4 faults in the configuration")


def test_check_missing_file():
    done = grapnel("check", "--config", "/no/such/file.toml")
    equal(done.returncode, 2)
    assert done.stderr.startswith("/no/such/file.toml: cannot be opened: No such file"), done.stderr


def test_plugins_lists_the_default_config():
    done = grapnel("plugins", "--config", str(ROOT / "etc" / "grapnel.toml"), "--plugins", str(build / "plugins"))
    equal((done.returncode, done.stderr), (0, ""))
    assert done.stdout.startswith("rocksdb-store\n") and "\nauth-ledger\n" in done.stdout, done.stdout
    assert f"{build}/plugins/auth-ledger/auth-ledger.so" in done.stdout, done.stdout


def test_plugins_says_what_is_missing():
    with ConfigFile('[[plugin]]\nname = "no-such-plugin"\n') as path:
        done = grapnel("plugins", "--config", path)
        equal(done.returncode, 1)
        assert "no-such-plugin\n  file     not found\n" in done.stdout, done.stdout


def test_passwd_from_standard_input():
    done = grapnel("passwd", stdin="secret\n")
    equal((done.returncode, done.stderr), (0, ""))
    assert HASH.match(done.stdout.rstrip("\n")), done.stdout
    other = grapnel("passwd", stdin="secret\n")
    assert done.stdout != other.stdout, "two hashes share their salt"


def test_passwd_from_an_argument():
    assert HASH.match(grapnel("passwd", "-b", "secret").stdout.rstrip("\n"))


def test_passwd_of_a_user():
    head, line = grapnel("passwd", "-b", "secret", "melon").stdout.splitlines()
    equal(head, "[users.melon]")
    assert re.fullmatch(r'password = "\$scrypt\$\S+"', line), line
    equal(grapnel("passwd", "-b", "secret", 'a."b').stdout.splitlines()[0], '[users."a.\\"b"]')


def test_passwd_empty():
    done = grapnel("passwd", stdin="\n")
    equal((done.returncode, done.stdout), (1, ""))


def on_terminal(*lines):
    """Runs passwd on a terminal: what stood on it, the standard output, and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([build / "broker" / "grapnel", "passwd"], stdin=theirs, stderr=theirs,
                               stdout=subprocess.PIPE, text=True)
    os.close(theirs)
    shown = b""
    for line in lines:
        while not shown.endswith(b": "):
            shown += os.read(ours, 1000)
        os.write(ours, line)
        shown += b"|"
    output, _ = process.communicate(timeout=30)
    os.set_blocking(ours, False)
    try:
        shown += os.read(ours, 1000)
    except (BlockingIOError, OSError):
        pass
    os.close(ours)
    return shown.decode(), output, process.returncode


def test_passwd_on_a_terminal():
    shown, output, status = on_terminal(b"secret\n", b"secret\n")
    equal(status, 0)
    assert HASH.match(output.rstrip("\n")), output
    assert "secret" not in shown, shown


def test_passwd_that_differs():
    shown, output, status = on_terminal(b"secret\n", b"other\n")
    equal((status, output), (1, ""))
    assert "the passwords differ" in shown, shown


def test_passwd_interrupted():
    _, output, status = on_terminal(b"\x03\n")
    equal((status, output), (1, ""))


def main(module):
    """Runs the tests of a module, in the order of its file."""
    global build
    parser = argparse.ArgumentParser(description=module["__doc__"])
    parser.add_argument("--build", default=str(build))
    build = pathlib.Path(parser.parse_args().build).resolve()
    tests = [each for name, each in module.items() if name.startswith("test_")]
    failed = 0
    for test in tests:
        try:
            test()
        except Exception:
            failed += 1
            print(f"FAIL {test.__name__}\n{traceback.format_exc()}")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(globals()))
