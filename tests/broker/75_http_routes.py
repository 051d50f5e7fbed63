"""What the http listener answers, and how it refuses the rest."""

import json
import socket

from lib import connect, websocket as ws
from lib.http import Http, get

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws"}, {"id": "http", "type": "http"}])
FIELDS = """version started time uptime bytes_received bytes_sent clients_connected clients_disconnected
clients_maximum clients_total messages_received messages_sent messages_dropped retained inflight inflight_dropped
subscriptions packets_received packets_sent memory_alloc threads"""


def test_health(broker):
    status, headers, body = get(broker, "/healthz")
    assert (status, body) == (200, b"ok\n"), (status, body)
    assert headers["content-type"] == "text/plain; charset=utf-8", headers
    assert get(broker, "/ready")[::2] == (200, b"ready\n")


def test_sysinfo(broker):
    clients = [connect(broker, "one"), ws.connect(broker, "two")]
    clients[0].subscribe("a")
    clients[1].publish("a", b"x")
    clients[0].receive("a", b"x")
    status, headers, body = get(broker, "/sysinfo")
    assert status == 200 and headers["content-type"] == "application/json", headers
    info = json.loads(body)
    assert sorted(info) == sorted(FIELDS.split()), sorted(info)
    assert info["clients_connected"] == 2 and info["clients_total"] == 2, info
    assert info["messages_received"] >= 1 and info["subscriptions"] == 1, info
    assert info["memory_alloc"] > 1 << 20 and info["threads"] > 2, info


def test_unknown_paths(broker):
    for path in ("/", "/healthz/", "/health", "/metrics/../healthz2", "//", "/Healthz", "/healthz.html"):
        assert get(broker, path)[0] == 404, path


def test_paths_that_nobody_means_well_with(broker):
    """They are no route; some are no request either, and end the connection."""
    for path in ("/%2e%2e/etc/passwd", "/../etc/passwd", "/healthz%00", "/%", "/%zz", "/\x01", "healthz"):
        with Http(broker) as http:
            http.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = http.rest()
            assert not answer or answer.split()[1] in (b"404", b"403", b"400"), (path, answer)


def test_other_methods(broker):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        status, headers, _ = get(broker, "/metrics", method=method)
        assert status == 405 and headers["allow"] == "GET, HEAD", (method, status, headers)
    status, _, _ = get(broker, "/metrics", method="POST", body=b"x" * 100)
    assert status == 405, status
    assert get(broker, "/nowhere", method="POST", body=b"x" * 100)[0] == 404


def test_head(broker):
    with Http(broker) as http:
        length = int(http.ask("GET", "/sysinfo")[1]["content-length"])
        status, headers, body = http.ask("HEAD", "/sysinfo")
        assert status == 200 and body == b"" and abs(int(headers["content-length"]) - length) < 100
        assert http.ask("GET", "/healthz")[2] == b"ok\n"


def test_keep_alive_and_close(broker):
    with Http(broker) as http:
        for path in ("/healthz", "/nowhere", "/ready", "/metrics", "/healthz"):
            http.ask("GET", path)
        http.ask("GET", "/healthz", headers=["Connection: close"])
        assert http.at_end()


def test_pipelined(broker):
    with Http(broker) as http:
        http.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
        for _ in range(5):
            assert http.answer("GET")[::2] == (200, b"ok\n")


def test_http_1_0(broker):
    with Http(broker) as http:
        http.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert http.answer("GET")[2] == b"ok\n"
        assert http.at_end()


def test_no_upgrade(broker):
    try:
        ws.WebSocketClient(broker, listener="http", path="/healthz")
    except ws.Refused as refused:
        assert refused.status in (400, 404), refused.status
    else:
        raise AssertionError("upgraded")


def test_hostile_requests(broker):
    for request in (b"\0" * 100, b"GET " + b"/" * 100_000, b"GET /healthz HTTP/1.1\r\n" + b"A: " + b"b" * 200_000,
                    b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, b"\r\n\r\n", b"GET\r\n\r\n",
                    b"GET /healthz HTTP/9.9\r\n\r\n", b"FETCH /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 50):
        with Http(broker) as http:
            try:
                http.send(request)
                http.socket.shutdown(socket.SHUT_WR)
                answer = http.rest()
            except OSError:  # reset, before its end was said or after
                answer = b""
            assert len(answer) < 10_000, request[:50]
    assert get(broker, "/healthz")[0] == 200


def test_what_is_refused_before_it_is_a_request(broker):
    """docs/listeners.md says so."""
    for line in ("TRACE /healthz", "FOO /healthz", "GET /healthz?x=%zz", "GET /%2", "GET healthz", "OPTIONS *"):
        with Http(broker) as http:
            http.send(f"{line} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert http.rest().startswith(b"HTTP/1.0 403 "), line
