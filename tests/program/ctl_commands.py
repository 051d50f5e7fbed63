"""Commands that ask and end."""

import json
import os

import run
from ctllib import ctl, fails, succeeds
from fake_admin import PLUGIN, STATUS, TOKEN, FakeAdmin, client, send_bytes
from run import ConfigFile, equal


def test_help():
    assert "grapnel ctl [OPTION …] COMMAND" in run.grapnel("--help").stdout
    for arguments in (["--help"], ["clients", "--help"], ["-h"]):
        output = succeeds(None, *arguments)
        for word in ("disconnect ID", "GRAPNEL_TOKEN", "unix:/PATH", "watch"):
            assert word in output, word
        assert max(map(len, output.splitlines())) <= 100


def test_wrong_arguments():
    for arguments, words in (([], "ctl needs a command"), (["clint"], 'did you mean "client"?'),
                             (["clients", "x"], "clients takes no argument"), (["client"], "client takes a client id"),
                             (["status", "--limit", "1"], "status takes no --limit"),
                             (["status", "--token", "x"], 'unknown option "--token"'),
                             (["clients", "--limit", "0"], "from 1 to"), (["clients", "--limit"], "needs a value"),
                             (["clients", "--away", "--connected"], "exclude each other"),
                             (["status", "--url", "broker:1"], "the URL \"broker:1\" is not as"),
                             (["status", "--key", "x"], "--key needs --cert"),
                             (["status", "--timeout", "soon"], 'a time as "30s"'),
                             (["disconnect", "a", "--reason", "server bus"], 'did you mean "Server busy"?'),
                             (["publish", "t", "x", "--qos", "3"], "from 0 to 2"),
                             (["publish", "t", "x", "--file", "y"], "two payloads"),
                             (["publish", "t", "--expiry", "x"], "--expiry is"),
                             (["publish", "t", "--user-property", "x"], "NAME=VALUE"),
                             (["publish", b"\xff"], "is no UTF-8"),
                             (["retained", "get"], "needs one topic"), (["retained", "a", "b"], "takes one filter"),
                             (["retained", "delete"], "needs one topic, or --filter"),
                             (["retained", "x", "--filter", "y"], "--filter belongs to"),
                             (["log-level", "inf"], 'did you mean "info"?')):
        with FakeAdmin() as admin:
            errors = fails(admin, *arguments, status=2)
            assert words in errors and "see grapnel ctl --help" in errors, errors
            equal(admin.calls, [])


def test_status():
    with FakeAdmin() as admin:
        output = succeeds(admin, "status")
        for line in ("version        0.1.0\n", "up for         1 h 2 min, since ", "memory         64.0 MiB\n",
                     "received       123456789 messages, 3.0 MiB\n", "dropped        2 queue_full\n"):
            assert line in output, output
        equal(succeeds(admin, "status", "--json"), json.dumps(STATUS) + "\n")
        equal(admin.calls[0]["headers"]["authorization"], f"Bearer {TOKEN}")


def test_json_is_what_the_api_says():
    """Byte for byte: numbers that no double holds, the order of keys, characters of all kinds."""
    text = '{ "b":12345678901234567890, "a" : 1.10,\n "x": "\u00fc\u009b\\u001b" }'.encode()
    with FakeAdmin() as admin:
        admin.raw[("GET", "/status")] = send_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text), text)
        equal(succeeds(admin, "status", "--json").encode(), text + b"\n")


def test_clients_of_all_pages():
    with FakeAdmin() as admin:
        lines = succeeds(admin, "clients").splitlines()
        equal([line.split()[0] for line in lines], ["CLIENT", "a", "b", "c"])
        equal([line.split()[2] for line in lines[1:]], ["connected", "connected", "away"])
        equal([call["query"] for call in admin.calls], [{"limit": "1000"}, {"limit": "1000", "after": "b"}])
        found = json.loads(succeeds(admin, "clients", "--json"))
        equal(found, {"clients": admin.clients, "next": None})


def test_clients_up_to_a_limit():
    with FakeAdmin() as admin:
        found = json.loads(succeeds(admin, "clients", "--json", "--limit", "1"))
        equal(found, {"clients": admin.clients[:1], "next": "a"})
        equal(len(succeeds(admin, "clients", "--limit", "3").splitlines()), 4)
        equal([call["query"]["limit"] for call in admin.calls], ["1", "3", "1"])


def test_clients_that_are_asked_for():
    with FakeAdmin() as admin:
        succeeds(admin, "clients", "--search", "a&b=c #", "--user", "ü", "--listener", "tcp", "--connected")
        equal(admin.calls[-1]["query"], {"search": "a&b=c #", "username": "ü", "listener": "tcp", "connected": "true",
                                         "limit": "1000"} | ({"after": "b"} if len(admin.calls) > 1 else {}))
        succeeds(admin, "clients", "--away", "--limit", "1")
        equal(admin.calls[-1]["query"], {"connected": "false", "limit": "1"})


def test_a_list_that_does_not_end():
    with FakeAdmin() as admin:
        admin.get_clients = lambda handler, *_: handler.answer(200, {"clients": [], "next": "a"})
        assert "the list of clients does not end" in fails(admin, "clients")


def test_a_list_with_empty_pages():
    with FakeAdmin() as admin:
        pages = {"": ([], "m"), "m": (admin.clients, None)}
        admin.get_clients = lambda handler, _, query, __: handler.answer(
            200, dict(zip(("clients", "next"), pages[query.get("after", "")])))
        equal(json.loads(succeeds(admin, "clients", "--json")), {"clients": admin.clients, "next": None})


def test_client():
    with FakeAdmin() as admin:
        output = succeeds(admin, "client", "a")
        for line in ("client     a\n", "username   melon\n", "will       gone/a, QoS 1, retained, after 30 s\n",
                     "received   4 packets, 2 messages, 4.0 KiB\n", "dropped    3\n", "subscriptions\nFILTER",
                     "        7  a/b      1  puback_awaited   2.0 KiB\n",
                     "        8  -        2  pubcomp_awaited      0 B\n"):
            assert line in output, output
        assert "there is no such client" in fails(admin, "client", "zz")
        equal(json.loads(succeeds(admin, "client", "b", "--json"))["id"], "b")


def test_ids_of_all_kinds_arrive():
    for identifier in ("a/../b", "a b?c=d&e#f%41+", "grüße", "-x", "", "\x1b", "x" * 500):
        with FakeAdmin() as admin:
            admin.clients = [client(identifier)]
            succeeds(admin, "client", "--", identifier)
            succeeds(admin, "disconnect", "--", identifier)
            equal([call["query"] for call in admin.calls], [{"id": identifier}] * 2)


def test_an_id_that_fits_no_request():
    with FakeAdmin() as admin:
        assert "too long for a request" in fails(admin, "client", "x" * 5000)


def test_disconnect_and_drop():
    with FakeAdmin() as admin:
        equal(succeeds(admin, "disconnect", "a"), "")
        equal(admin.asked("POST", "/client/disconnect")["body"], {})
        succeeds(admin, "disconnect", "a", "--reason", "server-busy")
        equal(admin.asked("POST", "/client/disconnect")["body"], {"reason": 0x89})
        succeeds(admin, "disconnect", "a", "--reason", "0x8b")
        equal(admin.asked("POST", "/client/disconnect")["body"], {"reason": 0x8B})
        succeeds(admin, "drop", "a")
        equal(admin.asked("DELETE", "/client")["query"], {"id": "a"})
        for verb in ("disconnect", "drop"):
            assert "there is no such client" in fails(admin, verb, "zz")


def published(*arguments, stdin=b""):
    with FakeAdmin() as admin:
        equal(succeeds(admin, "publish", *arguments, stdin=stdin), "")
        return admin.asked("POST", "/publish")["body"]


def test_publish():
    equal(published("a/b", "gr\u00fc\u00dfe"), {"topic": "a/b", "payload": "grüße"})
    equal(published("a/b"), {"topic": "a/b", "payload": ""})
    equal(published("a/b", "-", stdin=b"from a pipe\n"), {"topic": "a/b", "payload": "from a pipe\n"})
    equal(published("a/b", "-", stdin=b"\x00\xff"), {"topic": "a/b", "payload_base64": "AP8="})
    equal(published("a", "x", "--qos", "1", "--retain", "--expiry", "5m", "--content-type", "text/plain",
                    "--response-topic", "r", "--correlation-data", "7", "--user-property", "k=v=w",
                    "--user-property", "k="),
          {"topic": "a", "payload": "x", "qos": 1, "retain": True, "message_expiry_s": 300,
           "content_type": "text/plain", "response_topic": "r", "correlation_data_base64": "Nw==",
           "user_properties": [["k", "v=w"], ["k", ""]]})
    equal(published("a", "x", "--expiry", "1500ms")["message_expiry_s"], 2)


def test_publish_a_file():
    with ConfigFile("a file\n") as path:
        equal(published("a/b", "--file", path), {"topic": "a/b", "payload": "a file\n"})
    with FakeAdmin() as admin:
        assert "cannot be read: No such file" in fails(admin, "publish", "a", "--file", "/no/such")


def test_publish_much():
    payload = os.urandom(48_000)
    equal(len(published("a/b", "-", stdin=payload)["payload_base64"]), 64_000)


def test_publish_too_much():
    with FakeAdmin() as admin:
        status, output, errors = ctl(admin, "publish", "a/b", "-", stdin=b"x" * 66_000)
        equal((status, output), (1, ""))
        assert errors == ("grapnel: the request would have 64.5 KiB; the broker takes 64 KiB, about that much text "
                          "or 48 KiB of other bytes\n"), errors
        assert not admin.calls, admin.calls


def test_retained():
    with FakeAdmin() as admin:
        lines = succeeds(admin, "retained", "a/#").splitlines()
        equal([line.split()[0] for line in lines], ["TOPIC", "a/b", "bin"])
        equal(admin.calls[-1]["query"], {"filter": "a/#", "limit": "1000"})
        output = succeeds(admin, "retained", "get", "a/b")
        for line in ("payload          good morning\n", "published by     melon\n", "expires          -\n",
                     'user_properties  [["k","v"]]\n'):
            assert line in output, output
        admin.retained["large"] = b"x" * (1 << 21)
        assert "x…\n" in succeeds(admin, "retained", "get", "large")
        assert "larger than what the broker shows" in fails(admin, "retained", "get", "large", "--payload")
        del admin.retained["large"]
        assert "payload          \\x00\\xff\\x1b[31m\n" in succeeds(admin, "retained", "get", "bin")
        status, output, _ = ctl(admin, "retained", "get", "bin", "--payload")
        equal((status, output.encode(errors="surrogateescape")), (0, admin.retained["bin"]))
        assert "no message is retained there" in fails(admin, "retained", "get", "x")
        equal(succeeds(admin, "retained", "delete", "a/b"), "deleted 1\n")
        equal(admin.calls[-1]["query"], {"topic": "a/b"})
        equal(succeeds(admin, "retained", "delete", "--filter", "#"), "deleted 2\n")
        equal(admin.calls[-1]["query"], {"filter": "#"})


def test_lists():
    with FakeAdmin() as admin:
        assert "b/+               1  workers\n" in succeeds(admin, "subscriptions", "--search", "b")
        equal(admin.calls[-1]["query"], {"search": "b", "limit": "1000"})
        assert "tcp       tcp   127.0.0.1:1883  no             2     -  open\n" in succeeds(admin, "listeners")
        output = succeeds(admin, "plugins")
        assert "auth    auth-ledger  1.0      running     42  118.0 µs " in output, output
        assert "auth    authenticate     30  2.8 µs  2.0 µs  8.5 µs  9.0 µs\n" in output, output
        assert "auth    connect          12  2.8 µs       -       -  9.0 µs\n" in output, output
        assert "auth    acl_publish       0       -       -       -       -\n" in output, output
        assert "10.0.0.1  2026-09-21 " in succeeds(admin, "bans")
        equal(json.loads(succeeds(admin, "plugins", "--json")), {"plugins": [PLUGIN]})
        equal(succeeds(admin, "unban", "10.0.0.1"), "")
        equal(admin.asked("DELETE", "/bans")["query"], {"address": "10.0.0.1"})
        assert "that address is not banned" in fails(admin, "unban", "::1")


def test_reload():
    with FakeAdmin() as admin:
        equal(succeeds(admin, "reload"), "reloaded\nPLUGIN  OUTCOME\nauth    refused: a fault\n")
        admin.post_reload = lambda handler, *_: handler.answer(422, {
            "error": "the configuration has faults", "faults": ["grapnel.toml:1:2: no \x1b[31m", "x.toml:3:4: b"]})
        status, output, errors = ctl(admin, "reload")
        equal((status, output), (1, ""))
        equal(errors, "grapnel.toml:1:2: no \\x1b[31m\nx.toml:3:4: b\n"
              f"grapnel: {admin.url}: the configuration has faults\n")


def test_log_level():
    with FakeAdmin() as admin:
        equal(succeeds(admin, "log-level"), "info\n")
        equal(succeeds(admin, "log-level", "debug"), "")
        equal(admin.log_level, "debug")
