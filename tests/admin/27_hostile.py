"""Bodies that nobody means well with get a 400 and change nothing; bodies that are not there are no reason to wait."""

from api_client import TOKEN, ask, headers_of, made, ok
from lib import check_serving
from lib.http import Http

DEEP = 30_000
BODIES = [b"", b"\0", b"{", b"[]", b"null", b"1", b'"topic"', b"{}", b"[" * DEEP, b"[" * DEEP + b"]" * DEEP,
          b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"topic": ' + b"9" * 60_000 + b"}", b'{"qos": 1e999999}',
          b'{"qos": -9223372036854775809}', b'{"topic": "\xff\xfe"}', b'{"topic": "\xed\xa0\x80"}',
          b'{"topic": "\\ud800"}',
          b'{"topic": "a\0b"}', b'{"topic": "a\\u0000b", "payload": ""}', b'{"topic": ["a"]}', b'{"topic": {"a": 1}}',
          b'{"topic": "a", "payload": "x", "": 1}', b'{"topic": "a", "payload": "x"} x', b"\xef\xbb\xbf{}",
          b'{"level": "info", "level": 7}', b"topic=a&payload=x", b"{'topic': 'a'}", b"\xff" * 60_000]


def test_bodies():
    with made() as broker:
        for method, path in (("POST", "/publish"), ("PUT", "/log/level")):
            for body in BODIES:
                status, answer = ask(broker, method, path, raw=body)
                assert status == 400 and answer["error"], (path, body[:40], status, answer)
        assert ok(broker, "GET", "/log/level") == {"level": "info"}
        check_serving(broker)


def test_a_body_that_is_too_large():
    with made() as broker, Http(broker) as http:
        http.send("\r\n".join(["POST /api/v1/publish HTTP/1.1", "Host: x", *headers_of(TOKEN),
                               "Content-Length: 100000", "", ""]).encode())
        try:
            http.send(b"x" * 100_000)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert b" 413 " in http.rest()[:20]


def test_no_body_at_all():
    """`curl -X POST` sends no Content-Length: there is no body, and no other request can follow."""
    with made() as broker:
        for method, path, status in (("POST", "/reload", 200), ("POST", "/publish", 400), ("PUT", "/log/level", 400)):
            with Http(broker) as http:
                lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: x", *headers_of(TOKEN), "", ""]
                http.send("\r\n".join(lines).encode())
                found, headers, _ = http.answer(method)
                assert found == status and headers["connection"] == "close", (path, found, headers)
                assert http.at_end()
            with Http(broker) as http:
                found, _, _ = http.ask(method, f"/api/v1{path}", headers=[*headers_of(TOKEN), "Content-Length: 0"])
                assert found == status, (path, found)


def test_where_a_body_ends_is_never_in_doubt():
    """Of a request that two readers could cut differently nothing is done, nor of what comes behind it."""
    body = b'{"level": "debug"}'
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    size = len(chunked)
    behind = "\r\n".join(["PUT /api/v1/log/level HTTP/1.1", "Host: x", *headers_of(TOKEN),
                          f"Content-Length: {len(body)}", "", ""]).encode() + body
    with made() as broker:
        for fields in (["Content-Length: 0", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"],
                       ["Transfer-Encoding: chunked", f"Content-Length: {size}"], ["Transfer-Encoding: identity"],
                       ["Transfer-Encoding: gzip, chunked", "Content-Length: 0"], ["transfer-encoding:chunked"],
                       ["Content-Length: 0", f"Content-Length: {size}"], ["Content-Length: +0"],
                       [f"Content-Length: {size}", "Content-Length: 0"], ["Content-Length: 0x10"],
                       ["Content-Length: -1"], ["Content-Length: none"]):
            for method, path in (("PUT", "/api/v1/log/level"), ("GET", "/healthz"), ("POST", "/nowhere")):
                with Http(broker) as http:
                    lines = [f"{method} {path} HTTP/1.1", "Host: x", *headers_of(TOKEN), *fields, "", ""]
                    http.send("\r\n".join(lines).encode() + chunked + behind)
                    status, headers, _ = http.answer(method)
                    assert status == 400 and headers["connection"] == "close", (method, fields, status, headers)
                    assert is_over(http), (method, fields)
        assert ok(broker, "GET", "/log/level") == {"level": "info"}


def is_over(http):
    try:
        return http.at_end()
    except ConnectionResetError:
        return True


def test_parameters():
    with made() as broker:
        for path in ("/retained?filter=%ff", "/retained?after=%ff%fe", "/subscriptions?search=%ff&after=%ff",
                     "/retained/message?topic=" + "x" * 3000, "/bans?address=" + "1" * 3000, "/retained?limit=%ff"):
            status, answer = ask(broker, "GET", path)
            assert status in (200, 400, 404), (path, status, answer)
        check_serving(broker)
