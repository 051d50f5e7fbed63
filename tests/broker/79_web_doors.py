"""Bans and rates of connections hold for WebSocket and HTTP as for TCP: whoever is turned away is closed before
anything is read. What no request comes of is counted."""
import os
import socket
import time

from lib import Broker, authority, client_tls, connect, hashed, ledger, scaled
from lib import websocket as ws
from lib.http import Http, get

LISTENERS = [{"id": "ws", "type": "ws"}, {"id": "http", "type": "http"},
             {"id": "local", "type": "unix", "address": "local.sock"}]


def watch(broker, topic, value):
    """By a unix socket, which has no address: until it has that value, and not more."""
    client = connect(broker, "watcher", listener="local", username="melon", password="right")
    client.subscribe(f"$SYS/broker/{topic}")
    found = -1
    while found != value:
        found = int(client.expect("PUBLISH").payload)
        assert found <= value, found
    client.disconnect()


def turned_away(broker, listener):
    """Closed before a request was sent."""
    with socket.create_connection(("127.0.0.1", broker.ports[listener]), 20) as peer:
        try:
            return peer.recv(1) == b""
        except ConnectionResetError:
            return True


def test_bans():
    rules = ledger(default="allow", users={"melon": {"password": hashed("right")}})
    with Broker(plugins=[rules], listeners=LISTENERS, limits={"login": {"failures": 3, "ban": "1h"}}) as broker:
        there = ws.connect(broker, "there", username="melon", password="right")
        for number in range(3):
            ws.connect(broker, f"x{number}", username="melon", password="wrong", expect=0x86)
        broker.wait_record("address banned: too many failed logins")
        for _ in range(4):
            assert turned_away(broker, "ws") and turned_away(broker, "http")
        watch(broker, "connections/refused/banned", 8)
        there.ping()
        broker.write_config(limits={"login": {"failures": 0}})
        assert broker.reload()
        assert get(broker, "/healthz")[0] == 200


def test_rates():
    with Broker(listeners=LISTENERS, limits={"maximum_connects_per_address_per_second": 3},
                plugins=[ledger(default="allow", auth=[{"allow": True}])]) as broker:
        began, served = time.monotonic(), 0
        for number in range(30):
            try:
                with Http(broker, "ws" if number % 2 else "http") as http:
                    served += http.ask("GET", "/nowhere")[0] == 404
            except (AssertionError, ConnectionError):
                pass
        most = 3 + 3 * (time.monotonic() - began) + 1
        assert 3 <= served <= most, f"{served}, at most {most}"
        watch(broker, "connections/refused/rate", 30 - served)


def test_connections_without_a_request():
    """Headers that are too long, a target that is a whole URI, garbage, half a request; libwebsockets' words of them
    are warnings, and not many."""
    with Broker(listeners=LISTENERS, plugins=[ledger(default="allow", auth=[{"allow": True}])]) as broker:
        mark = broker.mark()
        unreadable = [b"GET /healthz HTTP/1.1\r\nHost: " + b"x" * 70_000,
                      b"GET http://localhost/healthz HTTP/1.1\r\n\r\n",
                      b"\x16\x03\x01" + b"z" * 100 + b"\r\n\r\n", b"GET /healthz HT"]
        for data in unreadable * 10:
            with Http(broker) as http:
                try:
                    http.send(data)
                    http.socket.shutdown(socket.SHUT_WR)
                    answer = http.rest()
                    assert not answer or answer.startswith(b"HTTP/1.0 403 "), answer
                except OSError:
                    pass
        assert get(broker, "/healthz")[0] == 200
        watch(broker, "connections/without_request", 40)
        told = [record["level"] for record in broker.records[mark:] if record.get("module") == "web"]
        assert "error" not in told and len(told) < 40, told


def open_descriptors(broker):
    return len(os.listdir(f"/proc/{broker.process.pid}/fd"))


def test_connections_that_leave_http():
    """CONNECT, and what would be HTTP/2: they end at once, and are counted with those that sent no request."""
    doors = [*LISTENERS, {"id": "wss", "type": "ws", "tls": authority().listener()},
             {"id": "https", "type": "http", "tls": authority().listener()}]
    leaving = [b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
               b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\nand more" * 100,
               b"CONNECT a:80 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
               b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4" + b"\0" * 5]
    with Broker(listeners=doors, plugins=[ledger(default="allow", auth=[{"allow": True}])]) as broker:
        assert get(broker, "/healthz")[0] == 200
        watch(broker, "connections/without_request", 0)
        before = open_descriptors(broker)
        for door in ("ws", "http", "wss", "https"):
            for data in leaving:
                with Http(broker, door, client_tls() if door in ("wss", "https") else None) as http:
                    try:
                        http.send(data)
                        assert b" 101 " not in http.rest() and b" 200 " not in http.rest(), data
                    except ConnectionError:
                        pass
        watch(broker, "connections/without_request", 4 * len(leaving))
        deadline = time.monotonic() + scaled(10)
        while open_descriptors(broker) > before:
            assert time.monotonic() < deadline, f"{open_descriptors(broker)} descriptors, before {before}"
            time.sleep(0.05)
