"""Clients that send slowly, or do not read, end by a time-out and hold nobody up."""

import socket

from lib.http import Http, get

config = dict(listeners=[{"id": "http", "type": "http"}])
SLOWEST_S = 40


def test_slow_requests(broker):
    slow = []
    for number in range(30):
        sock = socket.create_connection(("127.0.0.1", broker.ports["http"]), timeout=SLOWEST_S)
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n"[:number])
        slow.append(sock)
    deaf = [Http(broker) for _ in range(30)]
    for http in deaf:
        http.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
    assert get(broker, "/healthz")[0] == 200
    for sock in slow:
        try:
            while sock.recv(1000):
                pass
        except ConnectionResetError:
            pass
        sock.close()
    for http in deaf:
        http.socket.close()


def test_an_idle_connection_is_closed(broker):
    with Http(broker) as http:
        http.ask("GET", "/healthz")
        http.socket.settimeout(SLOWEST_S)
        assert http.at_end()
