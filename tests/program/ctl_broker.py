"""A real broker: both sides mean the same by every command."""

import json
import os
import re
import shutil
import threading

import run
from ctllib import TOKEN, Following, ctl, fails, succeeds
from fake_admin import PLUGIN, STATUS, client, details, sample
from run import ConfigFile, equal

from lib import certificates
from lib.broker import Broker
from lib.client import connect


class Asked:
    """A broker, with `url` for the commands."""

    def __init__(self, admin=True, more=(), files=()):
        os.environ["GRAPNEL_BUILD"] = str(run.build)
        listeners = [{"id": "tcp", "type": "tcp"}, {"id": "http", "type": "http"}, *more]
        self.broker = Broker(listeners=listeners, top={"admin": {"token": TOKEN}} if admin else None)
        for file in files:
            shutil.copy(file, self.broker.folder)

    def __enter__(self):
        self.broker.__enter__()
        self.port = self.broker.port
        self.url = f"http://127.0.0.1:{self.broker.ports['http']}"
        return self

    def __exit__(self, *error):
        return self.broker.__exit__(*error)


def names_of(shape):
    return sorted(shape)


def test_status_of_a_broker():
    with Asked() as asked:
        melon = connect(asked.port, "melon")
        output = succeeds(asked.url, "status")
        assert "clients        1\n" in output and "store          ok\n" in output, output
        found = set(json.loads(succeeds(asked.url, "status", "--json")))
        assert found <= set(STATUS), found - set(STATUS)
        melon.disconnect()


def test_clients_of_a_broker():
    """And its answers have the members of the double's."""
    with Asked() as asked:
        evil = "a/../b c?d=\x1b[31m\u00fc"
        clients = [connect(asked.port, name) for name in ("melon", evil)]
        clients[1].subscribe("a/#")
        lines = succeeds(asked.url, "clients", "--connected").splitlines()
        equal(len(lines), 3)
        found = json.loads(succeeds(asked.url, "clients", "--json", "--search", "MEL"))
        equal([each["id"] for each in found["clients"]], ["melon"])
        equal(names_of(found["clients"][0]), names_of(client("a")))
        assert "a/#       0                0           -  -\n" in succeeds(asked.url, "client", evil)
        found = json.loads(succeeds(asked.url, "client", evil, "--json"))
        equal(names_of(found), names_of(details(client("a"))))
        succeeds(asked.url, "disconnect", evil, "--reason", "server-busy")
        clients[1].expect_disconnect(0x89)
        succeeds(asked.url, "drop", "melon")
        assert "" != fails(asked.url, "client", "melon")


def test_messages_of_a_broker():
    with Asked() as asked:
        reader = connect(asked.port, "reader")
        reader.subscribe("a/#", qos=1)
        succeeds(asked.url, "publish", "a/b", "good morning", "--qos", "1", "--retain", "--expiry", "5m",
                 "--content-type", "text/plain", "--user-property", "k=v")
        reader.receive("a/b", b"good morning", qos=1)
        succeeds(asked.url, "publish", "a/b", "-", "--retain", stdin=b"\x00\xff")
        reader.receive("a/b", b"\x00\xff")
        assert "a/b      0   2 B" in succeeds(asked.url, "retained", "a/#")
        status, output, _ = ctl(asked.url, "retained", "get", "a/b", "--payload")
        equal((status, output.encode(errors="surrogateescape")), (0, b"\x00\xff"))
        assert "a/#               1  -\n" in succeeds(asked.url, "subscriptions", "--search", "a/")
        equal(succeeds(asked.url, "retained", "delete", "a/b"), "deleted 1\n")
        assert "no message is retained" in fails(asked.url, "retained", "get", "a/b")


def test_what_a_broker_consists_of():
    with Asked() as asked:
        found = json.loads(succeeds(asked.url, "plugins", "--json"))["plugins"][0]
        equal(names_of(found), names_of(PLUGIN))
        assert "auth-ledger" in succeeds(asked.url, "plugins")
        assert re.search(r"^tcp +tcp +127\.0\.0\.1:\d+ +no ", succeeds(asked.url, "listeners"), re.M)
        equal(succeeds(asked.url, "bans"), "ADDRESS  UNTIL  FAILURES\n")
        assert "reloaded\n" in succeeds(asked.url, "reload")
        succeeds(asked.url, "log-level", "debug")
        equal(succeeds(asked.url, "log-level"), "debug\n")


def test_reload_of_a_broken_configuration():
    with Asked() as asked:
        path = asked.broker.folder / "grapnel.toml"
        path.write_text("[limits]\nmaximum_client = 1\n" + path.read_text())
        status, _, errors = ctl(asked.url, "reload")
        equal(status, 1)
        assert ":2:1: " in errors and 'did you mean "maximum_clients"?' in errors, errors


def test_reload_of_a_certificate_that_cannot_be_loaded():
    authority = certificates.authority()
    with Asked(more=[{"id": "tls", "tls": {"cert": "server.pem", "key": "server.key"}}],
               files=[authority.path("server.pem"), authority.path("server.key")]) as asked:
        (asked.broker.folder / "server.pem").unlink()
        status, output, errors = ctl(asked.url, "reload")
        equal((status, output), (1, ""))
        fault, why = errors.splitlines()
        assert fault.startswith("listener tls keeps the certificates it has: "), fault
        assert why.startswith("grapnel: ") and why.endswith("all else is adopted"), why


def test_a_broker_is_followed():
    with Asked() as asked:
        with Following(asked, "watch", "--json") as watch:
            assert set(json.loads(watch.line())) >= set(sample(1))
            equal(watch.end(), (0, ""))
        with Following(asked, "watch") as watch:
            assert watch.line().startswith("    TIME ") and watch.line().endswith("iB\n")
            equal(watch.end(), (0, ""))
        with Following(asked, "log") as log:
            assert " info " in log.line()
            equal(log.end(), (0, ""))


def come_until_shown(asked, trace):
    """Nobody says when the stream is open: the client comes again until a packet was shown."""
    lines, shown = [], threading.Event()
    threading.Thread(target=lambda: (lines.append(trace.line()), shown.set()), daemon=True).start()
    while not shown.is_set():
        connect(asked.port, "melon").disconnect()
    assert " (" in lines[0], lines


def test_several_trace_one_client():
    with Asked() as asked:
        with Following(asked, "trace", "melon") as first, Following(asked, "trace", "melon") as second:
            come_until_shown(asked, first)
            come_until_shown(asked, second)
            equal(first.end(), (0, ""))
            melon = connect(asked.port, "melon")
            melon.publish("ripe", b"", qos=1)
            while "PUBLISH" not in (line := second.line()):
                assert line, "the trace ended with that of somebody else"
            assert not json.loads(succeeds(asked.url, "client", "melon", "--json"))["trace"]
            melon.disconnect()
            equal(second.end(), (0, ""))


def test_a_broker_without_admin():
    with Asked(admin=False) as asked:
        assert "there is no admin API; [admin] of the configuration" in fails(asked.url, "status")


def test_a_broker_and_a_wrong_token():
    with Asked() as asked, ConfigFile("not-the-token-of-that\n") as path:
        status, _, errors = ctl(asked.url, "status", "--token-file", path)
        equal(status, 1)
        assert "--token-file, GRAPNEL_TOKEN or --config give the right one" in errors, errors
