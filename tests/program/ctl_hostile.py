"""Servers that answer badly, slowly, or without end: one line says what is wrong."""

import json
import threading

from ctllib import ctl, fails, succeeds
from fake_admin import PLUGIN, FakeAdmin, send_bytes
from run import equal

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
    "a chunk of no number": ([OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"], "in the middle of"),
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
    with FakeAdmin() as admin:
        admin.events = []
        admin.ends_streams.clear()
        assert "no answer within 1 s" in fails(admin, "watch", "--timeout", "1s")
