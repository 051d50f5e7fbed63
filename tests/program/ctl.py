#!/usr/bin/env python3
"""`grapnel ctl` as a person and a script meet it, with a server that has the shapes of the admin API and, at times, bad
manners. Ends with `N passed, N failed`."""

import contextlib
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import threading

import run
from fake_admin import PLUGIN, READ_TOKEN, STATUS, TOKEN, FakeAdmin, client, event, sample, send_bytes
from run import ConfigFile, equal

sys.path.insert(0, str(run.ROOT / "tests" / "broker"))
from lib import certificates
from lib.client import scaled

WAIT_S = scaled(30)
# An id that does everything to a terminal: colours, title, the eight-bit CSI, direction of writing, a line of its own.
EVIL = "a\x1b[31m\x1b]0;t\x07\u009b2J\u202eb\nfake  row\x7f"
SHOWN = "a\\x1b[31m\\x1b]0;t\\x07\\x9b2J\\u{202e}b\\nfake  row\\x7f"


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPNEL_U")}
    return {**kept, "TZ": "UTC", "GRAPNEL_TOKEN": TOKEN, **more}


def command(*arguments):
    return [str(run.build / "broker" / "grapnel"), "ctl", *arguments]


def ctl(admin, *arguments, stdin=b"", **more):
    """(exit status, standard output, standard error) of a command that asks this server, or the one at this URL."""
    url = {"GRAPNEL_URL": admin if isinstance(admin, str) else admin.url} if admin else {}
    done = subprocess.run(command(*arguments), input=stdin, capture_output=True, timeout=WAIT_S,
                          env=environment(**url, **more))
    return done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="replace")


def succeeds(*arguments, **more):
    """What it prints."""
    status, output, errors = ctl(*arguments, **more)
    equal((status, errors), (0, ""))
    return output


def fails(*arguments, status=1, **more):
    """The one line that it says."""
    found, output, errors = ctl(*arguments, **more)
    equal((found, output), (status, ""))
    assert errors.startswith("grapnel: ") and errors.count("\n") == 1 and errors.endswith("\n"), errors
    return errors


def on_terminal(admin, *arguments, **more):
    """What a command writes on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command(*arguments), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                               env=environment(GRAPNEL_URL=admin.url, **more))
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    process.wait(WAIT_S)
    return shown.decode().replace("\r\n", "\n")


class Following:
    """A command that goes on: its lines, and its end."""

    def __init__(self, admin, *arguments):
        self.process = subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment(GRAPNEL_URL=admin.url), text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def line(self):
        return self.process.stdout.readline()

    def end(self, number=signal.SIGINT):
        """(exit status, standard error) after the signal."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, errors


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


def test_client():
    with FakeAdmin() as admin:
        output = succeeds(admin, "client", "a")
        for line in ("client     a\n", "username   melon\n", "will       gone/a, QoS 1, retained, after 30 s\n",
                     "received   4 packets, 2 messages, 4.0 KiB\n", "dropped    3\n", "subscriptions\nFILTER",
                     "        7  a/b      1  published  2.0 KiB\n"):
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
    payload = os.urandom(100_000)
    equal(len(published("a/b", "-", stdin=payload)["payload_base64"]), 133_336)


def test_retained():
    with FakeAdmin() as admin:
        lines = succeeds(admin, "retained", "a/#").splitlines()
        equal([line.split()[0] for line in lines], ["TOPIC", "a/b", "bin"])
        equal(admin.calls[-1]["query"], {"filter": "a/#", "limit": "1000"})
        assert "payload  good morning\n" in succeeds(admin, "retained", "get", "a/b")
        assert "payload  \\x00\\xff\\x1b[31m\n" in succeeds(admin, "retained", "get", "bin")
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
        assert "tcp       tcp   127.0.0.1:1883  no         2     -  open\n" in succeeds(admin, "listeners")
        output = succeeds(admin, "plugins")
        assert "auth    auth-ledger  1.0      running     12  34.0 µs " in output, output
        assert "auth    authenticate     12  2.8 µs  2.0 µs  8.5 µs  9.0 µs\n" in output, output
        assert "auth    acl_publish       0       -       -       -       -\n" in output, output
        assert "10.0.0.1  2026-09-21 " in succeeds(admin, "bans")
        equal(json.loads(succeeds(admin, "plugins", "--json")), {"plugins": [PLUGIN]})
        equal(succeeds(admin, "unban", "10.0.0.1"), "")
        equal(admin.asked("DELETE", "/bans")["query"], {"address": "10.0.0.1"})
        assert "that address is not banned" in fails(admin, "unban", "::1")


def test_reload():
    with FakeAdmin() as admin:
        equal(succeeds(admin, "reload"), "reloaded\nPLUGIN  OUTCOME\nauth    unchanged\n")
        admin.post_reload = lambda handler, *_: handler.answer(422, {
            "error": "the configuration has faults", "faults": ["grapnel.toml:1:2: no \x1b[31m", "grapnel.toml:3:4: b"]})
        status, output, errors = ctl(admin, "reload")
        equal((status, output), (1, ""))
        equal(errors, "grapnel.toml:1:2: no \\x1b[31m\ngrapnel.toml:3:4: b\n"
              f"grapnel: {admin.url}: the configuration has faults\n")


def test_log_level():
    with FakeAdmin() as admin:
        equal(succeeds(admin, "log-level"), "info\n")
        equal(succeeds(admin, "log-level", "debug"), "")
        equal(admin.log_level, "debug")


def test_trace_is_on_while_it_is_followed():
    for number in (signal.SIGINT, signal.SIGTERM):
        with FakeAdmin() as admin:
            admin.ends_streams.clear()
            with Following(admin, "trace", "new one") as trace:
                assert trace.line().endswith("  → PUBLISH (20 B) topic=a/b\n")
                equal(admin.traced, {"new one"})
                equal(trace.end(number), (0, ""))
            equal(admin.traced, set())


def test_trace_ends_with_the_reader():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "trace", "a") as trace:
            trace.line()
            trace.process.stdout.close()
            equal(trace.process.wait(WAIT_S), 0)
        equal(admin.traced, set())


def test_trace_ends_with_the_stream():
    with FakeAdmin() as admin:
        status, _, errors = ctl(admin, "trace", "a")
        equal(status, 1)
        assert "the broker ended the stream" in errors, errors
        equal(admin.traced, set())


def test_trace_of_somebody_else_stays_on():
    with FakeAdmin() as admin:
        admin.traced.add("a")
        admin.ends_streams.clear()
        with Following(admin, "trace", "a") as trace:
            trace.line()
            status, errors = trace.end()
        equal(status, 0)
        assert "stays on; --off ends it" in errors, errors
        equal(admin.traced, {"a"})
        equal(succeeds(admin, "trace", "a", "--off"), "")
        equal(admin.traced, set())


def test_trace_as_json():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "trace", "a", "--json") as trace:
            equal(json.loads(trace.line())["packet"], "PUBLISH")
            equal(trace.end(), (0, ""))


def test_log():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "log") as log:
            equal(log.line(), "2026-09-21 14:13:20 info server: ready\n")
            equal(log.end(), (0, ""))


def test_watch():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        admin.events.append(event("sample", sample(5, latency=None, dropped={"a": 5, "b": 2})))
        with Following(admin, "watch") as watch:
            assert watch.line().split()[:4] == ["TIME", "CLIENTS", "IN/S", "OUT/S"]
            first, _, third = watch.line(), watch.line(), watch.line()
            equal(first.split(), ["14:13:22", "2", "1.0", "k", "3.0", "k", "2.0", "KiB/s", "4.0", "KiB/s", "1.0", "5",
                                  "120.0", "µs", "250.0", "µs", "64.0", "MiB"])
            equal(third.split()[10:13], ["2.0", "5", "-"])
            equal(watch.end(), (0, ""))


def test_watch_as_json():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "watch", "--json") as watch:
            equal([json.loads(watch.line()) for _ in range(3)], [sample(1), sample(2), sample(3)])


def test_unix_socket():
    with FakeAdmin() as admin:
        assert "version" in succeeds("unix:" + admin.unix_path, "status")
        assert "version" in succeeds(None, "status", "--url", "unix:" + admin.unix_path)
    assert "No such file or directory; is the broker running" in fails("unix:/no/such.sock", "status")


def test_no_broker():
    with FakeAdmin() as admin:
        url = admin.url
    errors = fails(url, "status")
    assert f"grapnel: {url}: cannot connect: Connection refused; is the broker running" in errors, errors


def https(authority, **more):
    return FakeAdmin((authority.path("server.pem"), authority.path("server.key")), **more)


def test_https():
    authority = certificates.authority()
    with https(authority) as admin:
        for host in ("localhost", "127.0.0.1"):
            url = f"https://{host}:{admin.port_tls}"
            assert "version" in succeeds(url, "status", "--ca", authority.path("ca.pem"))
            assert "version" in succeeds(url, "status", "--insecure")
            assert "its certificate is not trusted: " in fails(url, "status")
            other = certificates.Authority("other").path("ca.pem")
            assert "its certificate is not trusted: " in fails(url, "status", "--ca", other)
        equal(len(admin.calls), 4)


def test_https_of_another_name():
    authority = certificates.authority()
    certificate = authority.issue("elsewhere", "elsewhere.example.org", "DNS:elsewhere.example.org,IP:10.9.8.7")
    with FakeAdmin(certificate) as admin:
        for host, words in (("localhost", "hostname mismatch"), ("127.0.0.1", "IP address mismatch")):
            errors = fails(f"https://{host}:{admin.port_tls}", "status", "--ca", authority.path("ca.pem"))
            assert words in errors.replace("Hostname", "hostname"), errors
        equal(admin.calls, [])


def test_https_with_a_certificate_of_this_side():
    authority = certificates.authority()
    with https(authority, client_authority=authority.path("ca.pem")) as admin:
        url, ca = f"https://localhost:{admin.port_tls}", ["--ca", authority.path("ca.pem")]
        mine = ["--cert", authority.path("melon.pem"), "--key", authority.path("melon.key")]
        assert "version" in succeeds(url, "status", *ca, *mine)
        assert "does it want --cert?" in fails(url, "status", *ca)
        errors = fails(url, "status", *ca, "--cert", authority.path("melon.pem"), "--key", authority.path("server.key"))
        assert "holds no key of that certificate" in errors, errors
        assert '--ca "/no/such" cannot be read: No such file' in fails(url, "status", "--ca", "/no/such")


def test_http_where_https_is_and_the_other_way():
    authority = certificates.authority()
    with https(authority) as admin:
        assert "speaks no HTTP" in fails(f"http://127.0.0.1:{admin.port_tls}", "status")
        assert "is it an https listener" in fails(admin.url.replace("http:", "https:"), "status")


def test_tokens():
    with FakeAdmin() as admin:
        for text in (TOKEN, TOKEN + "\n", TOKEN + "\r\nmore\n"):
            with ConfigFile(text) as path:
                succeeds(admin, "status", "--token-file", path, GRAPNEL_TOKEN="another")
        for token, words in (("wrong", "no token, or a wrong one; --token-file, GRAPNEL_TOKEN"),
                             ("", "no token, or a wrong one"), ("a\nX: b", "GRAPNEL_TOKEN holds no token")):
            assert words in fails(admin, "status", GRAPNEL_TOKEN=token)
        with ConfigFile("\n") as path:
            assert "is empty" in fails(admin, "status", "--token-file", path)
        assert "cannot be read: No such file" in fails(admin, "status", "--token-file", "/no/such")
        assert "cannot be read" in fails(admin, "status", "--token-file", "/")
        assert "this token may only read" in fails(admin, "drop", "a", GRAPNEL_TOKEN=READ_TOKEN)


CONFIG = '[admin]\n{admin}\n[[listener]]\nid = "tcp"\ntype = "tcp"\naddress = "127.0.0.1:1883"\n' \
         '[[listener]]\nid = "http"\ntype = "http"\n{listener}\n'


def with_config(*arguments, admin=f'token = "{TOKEN}"', listener="", run_it=succeeds):
    with ConfigFile(CONFIG.format(admin=admin, listener=listener)) as path:
        token_file = pathlib.Path(path).parent / "admin.token"
        token_file.write_text(TOKEN + "\n")
        return run_it(None, "--config", path, *arguments, GRAPNEL_TOKEN="another")


def test_place_of_the_configuration():
    with FakeAdmin() as admin:
        port = admin.url.rsplit(":", 1)[1]
        loopback = f'address = "127.0.0.1:{port}"'
        assert "version" in with_config("status", listener=loopback)
        assert "version" in with_config("status", admin='token_file = "admin.token"', listener=loopback)
        assert "version" in with_config("status", admin=f'read_token = "{READ_TOKEN}"', listener=loopback)
        everywhere = f'address = "0.0.0.0:{port}"'
        assert "version" in with_config("status", listener=everywhere + "\nadmin = true")
        for listener in (everywhere, loopback + "\nadmin = false", 'address = "127.0.0.1:0"\nadmin = false'):
            assert "no http listener that serves the admin API" in with_config("status", listener=listener,
                                                                               run_it=fails)
        assert "--url" in with_config("status", listener='address = "127.0.0.1:0"', run_it=fails)
        assert "[admin] of" in with_config("status", admin="", listener=loopback, run_it=fails)
        assert "version" in with_config("status", "--url", "unix:" + admin.unix_path, listener='address = "[::1]:1"')
        assert "No such file" in with_config("status", admin='token_file = "no.token"', listener=loopback,
                                             run_it=fails)


def test_certificate_of_the_configuration():
    """It is the one to believe, whatever its names are; another of the same authority is not."""
    authority = certificates.authority()
    mine = authority.issue("mine", "mine.example.org")
    theirs = authority.issue("theirs", "theirs.example.org")
    with FakeAdmin(mine) as admin:
        for certificate, run_it, words in ((mine, succeeds, "version"), (theirs, fails, "is not trusted")):
            listener = f'address = "127.0.0.1:{admin.port_tls}"\n' \
                       f'tls = {{ cert = "{certificate[0]}", key = "{certificate[1]}" }}'
            assert words in with_config("status", listener=listener, run_it=run_it)


def test_configurations_that_say_nothing():
    with ConfigFile('[[listener]]\nid = "h"\ntype = "http"\naddress = "127.0.0.1:1"\n') as path:
        assert "has no [admin]" in fails(None, "status", "--config", path)
    with ConfigFile("[admin\n") as path:
        assert f"{path}:1:" in fails(None, "status", "--config", path, status=2)
    assert "cannot be opened" in fails(None, "status", "--config", "/no/such.toml", status=2)


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE = {
    "nothing": ([], "speaks no HTTP"),
    "garbage": ([b"\x00\xff\x1b[31m garbage\r\n\r\n"], "speaks no HTTP"),
    "half a header": ([OK + b"Content-Len"], "speaks no HTTP"),
    "headers without end": ([OK, *[b"X-A: " + b"a" * 1000 + b"\r\n"] * 200], "speaks no HTTP"),
    "a short body": ([OK + b'Content-Length: 100\r\n\r\n{"version":'], "in the middle of the answer"),
    "no body": ([OK + b"Content-Length: 100\r\n\r\n"], "in the middle of the answer"),
    "a negative length": ([OK + b"Content-Length: -5\r\n\r\nhello"], "in the middle of the answer"),
    "a length of no number": ([OK + b"Content-Length: 99999999999999999999999\r\n\r\nx"], "in the middle of"),
    "a chunk of no number": ([OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"], "in the middle of the answer"),
    "a chunk that overflows": ([OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello\r\n"],
                               "in the middle of the answer"),
    "half a chunk": ([OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a"], "is no object of JSON"),
    "no JSON": ([OK + b"Content-Length: 5\r\n\r\nhello"], "is no object of JSON"),
    "no object": ([OK + b"Content-Length: 2\r\n\r\n[]"], "is no object of JSON"),
    "no UTF-8": ([OK + b'Content-Length: 9\r\n\r\n{"a":"\xff"}'], "is no object of JSON"),
    "nested": ([OK + b"Connection: close\r\n\r\n", b'{"a":' + b"[" * 1_000_000], "nested too deeply"),
    "wrong types": ([OK + b'Content-Length: 15\r\n\r\n{"now_ms": "x"}'], '"now_ms" is no count'),
    "a missing member": ([OK + b'Content-Length: 2\r\n\r\n{}'], '"now_ms" is missing'),
    "a huge body": ([OK + b"Connection: close\r\n\r\n", *[b" " * (1 << 20)] * 65], "larger than 64 MiB"),
    "a redirect": ([b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"],
                   "the answer is status 302"),
    "another protocol": ([b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nfoo"], "status 101"),
    "an odd status": ([b"HTTP/1.1 99999999999 OK\r\nContent-Length: 5\r\n\r\nhello"], "the answer is status"),
    "500": ([b"HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nno\n"], "the answer is status 500"),
    "500 with words": ([b'HTTP/1.1 500 No\r\nContent-Length: 29\r\n\r\n{"error": "\\u001b[31mbroken"}'],
                       "\\x1b[31mbroken"),
    "404 of another server": ([b"HTTP/1.1 404 No\r\nContent-Length: 6\r\n\r\n<html>"], "there is no admin API"),
}


def test_hostile_answers():
    """One line that says what is wrong, whatever comes, for commands of all kinds."""
    for name, (pieces, words) in HOSTILE.items():
        with FakeAdmin() as admin:
            for path in ("/status", "/events"):
                admin.raw[("GET", path)] = send_bytes(*pieces)
            errors = fails(admin, "status")
            assert words in errors, (name, errors)
            assert not set(errors[:-1]) & set(map(chr, range(32))), (name, errors)
            # As events these are none, or the end of them.
            fails(admin, "watch")


def test_hostile_events():
    for data, words in ((b"data: hello\n\n", "is no object of JSON"), (b"data: {}\n\n", '"time_ms" is missing'),
                        (b"data: " + b"x" * (5 << 20) + b"\n\n", "too large"), (b"data: x", "ended the stream")):
        with FakeAdmin() as admin:
            admin.events = [b"event: sample\n" + data]
            assert words in fails(admin, "watch"), words
    with FakeAdmin() as admin:
        admin.packets = [b"event: packet\ndata: {}\n\n"]
        assert "is missing" in fails(admin, "trace", "a")
        equal(admin.traced, set())


def test_wrong_types_everywhere():
    """Every member of every answer with a value of another kind: a line, or a table all the same."""
    commands = {"status": "get_status", "clients": "get_clients", "client a": "get_client",
                "listeners": "get_listeners", "plugins": "get_plugins", "bans": "get_bans",
                "subscriptions": "get_subscriptions", "retained": "get_retained"}
    for words, method in commands.items():
        with FakeAdmin() as admin:
            admin.plugins, admin.page = [PLUGIN], 10
            shape = json.loads(succeeds(admin, *words.split(), "--json"))
            for value in (7, "x", [1], {"a": [1]}, None, True):
                for key in shape:
                    setattr(admin, method, lambda handler, *_, wrong={**shape, key: value}: handler.answer(200, wrong))
                    status, output, errors = ctl(admin, *words.split())
                    assert status in (0, 1) and (status == 0) == (errors == ""), (words, key, value, status, errors)
                    assert status == 0 or errors.count("\n") == 1, (words, key, value, errors)


def test_slow_answers():
    forever = threading.Event()
    for pieces in ([], [OK + b"Content-Length: 100\r\n\r\n{"]):
        with FakeAdmin() as admin:
            admin.raw[("GET", "/status")] = send_bytes(*pieces, wait=forever)
            assert "no answer within 1 s; --timeout waits longer" in fails(admin, "status", "--timeout", "1s")
            forever.set()
            forever.clear()


def test_a_terminal_is_safe():
    """Not one control character of what strangers wrote reaches the output of a person, on a terminal or not."""
    with FakeAdmin() as admin:
        admin.ends_streams.set()
        admin.clients = [client(EVIL, username=EVIL, address=EVIL)]
        admin.subscriptions = [{"filter": EVIL, "subscribers": 1, "shared_group": EVIL}]
        admin.retained = {EVIL: EVIL.encode()}
        admin.plugins = [{**PLUGIN, "id": EVIL, "failure": EVIL}]
        admin.bans = [{"address": EVIL, "until_ms": 1, "failures": 1}]
        admin.log_level = EVIL
        admin.events = [event("log", {"time_ms": 1, "level": EVIL, "module": EVIL, "text": EVIL})]
        admin.packets = [event("packet", {"time_ms": 1, "direction": "in", "packet": EVIL, "size_bytes": 1,
                                          "text": EVIL})]
        for arguments in (["clients"], ["client", EVIL], ["subscriptions"], ["retained"], ["retained", "get", EVIL],
                          ["plugins"], ["bans"], ["log-level"], ["status"], ["log"], ["trace", EVIL], ["reload"]):
            for output in (ctl(admin, *arguments)[1], on_terminal(admin, *arguments, TERM="dumb")):
                harmless(output, arguments)
                assert SHOWN in output or "a\\x1b[31m\\x1b]0;t" in output, (arguments, output)
        assert SHOWN in ctl(admin, "clients")[1]
        admin.get_status = lambda handler, *_: handler.answer(500, {"error": EVIL})
        assert SHOWN in fails(admin, "status")


def harmless(text, what):
    bad = [character for character in text if character != "\n" and (
        ord(character) < 32 or 127 <= ord(character) < 160 or character in "\u202e\u2066\u200b")]
    assert not bad, (what, bad, text)


def test_json_on_a_terminal_is_safe_and_the_same():
    with FakeAdmin() as admin:
        admin.clients = [client(EVIL)]
        for arguments in (["clients", "--json"], ["client", EVIL, "--json"]):
            shown = on_terminal(admin, *arguments)
            harmless(shown, arguments)
            found = json.loads(shown)
            equal((found["clients"][0] if "clients" in found else found)["id"], EVIL)


def test_colour_is_for_terminals():
    bold = "\x1b[1m"
    with FakeAdmin() as admin:
        assert on_terminal(admin, "clients", TERM="xterm").startswith(bold)
        for variables in ({"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}):
            assert bold not in on_terminal(admin, "clients", **variables)
        assert bold not in ctl(admin, "clients", TERM="xterm")[1]


def test_long_cells_are_cut_on_terminals():
    with FakeAdmin() as admin:
        admin.clients = [client("x" * 300)]
        assert "x" * 63 + "…" in on_terminal(admin, "clients", TERM="dumb")
        assert "x" * 300 in ctl(admin, "clients")[1]


def test_output_that_cannot_be_written():
    with FakeAdmin() as admin, open("/dev/full", "wb") as full:
        done = subprocess.run(command("status"), stdout=full, stderr=subprocess.PIPE, timeout=WAIT_S,
                              env=environment(GRAPNEL_URL=admin.url))
        equal(done.returncode, 1)
        assert b"standard output cannot be written: No space" in done.stderr, done.stderr


if __name__ == "__main__":
    sys.exit(run.main(globals()))
