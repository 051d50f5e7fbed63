"""Clients of WebSocket and HTTP listeners that do not shake hands, do it slowly, or do not read what they asked for:
they end by a time limit and hurt nobody."""
import socket
import ssl
import threading
import time

from lib import Broker, authority, check_serving, client_tls, many, scaled
from lib import websocket as ws
from lib.http import Http, get

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws", "tls": authority().listener()},
                         {"id": "http", "type": "http", "tls": authority().listener()}])
SLOWEST_S = 40
QUICK_S = 5


def others_are_served(broker, name="other"):
    client = ws.connect(broker, name, tls=client_tls())
    client.ping()
    client.disconnect()
    assert get(broker, "/healthz", tls=client_tls())[0] == 200
    check_serving(broker)


def hello():
    """What a client says first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        client_tls()["context"].wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("there was nobody to shake hands with")


def read_to_the_end(peer):
    try:
        while peer.recv(65536):
            pass
    except ConnectionResetError:
        pass


def test_half_handshakes():
    """Some say nothing, some a part of their hello, some all of it and nothing more."""
    with Broker(**config) as broker:
        first = hello()
        began = time.monotonic()
        peers = []
        for number in range(60):
            peer = socket.create_connection(("127.0.0.1", broker.ports["ws" if number % 2 else "http"]), SLOWEST_S)
            peer.sendall(first[:number * len(first) // 59])
            peers.append(peer)
        others_are_served(broker)
        assert time.monotonic() - began < scaled(QUICK_S)
        for peer in peers:
            read_to_the_end(peer)
            peer.close()
        assert time.monotonic() - began < scaled(SLOWEST_S)
        assert broker.wait_sys("tls/handshakes/failed", lambda value: value >= 60) == 60
        others_are_served(broker)


def test_slow_requests(broker):
    """Hands are shaken, and then a request comes byte by byte, or does not end."""
    slow = []
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
    for number in range(20):
        slow.append(Http(broker, "ws" if number % 2 else "http", client_tls()))
        slow[-1].send(request[:number])
    dripping = Http(broker, tls=client_tls())
    dripping.socket.settimeout(SLOWEST_S)

    def drip():
        try:
            for _ in range(SLOWEST_S * 10):
                dripping.send(b"x")
                time.sleep(0.1)
        except OSError:
            pass

    thread = threading.Thread(target=drip)
    thread.start()
    others_are_served(broker)
    for http in [*slow, dripping]:
        http.socket.settimeout(SLOWEST_S)
        try:
            http.rest()
        except OSError as error:
            assert not isinstance(error, TimeoutError), "still there"
        http.socket.close()
    thread.join()


def test_a_crowd(broker):
    """Those who are there wait little for those who come."""
    client = ws.connect(broker, "there", tls=client_tls())
    crowd = [threading.Thread(target=others_are_served, args=(broker, f"crowd{number}")) for number in range(30)]
    for thread in crowd:
        thread.start()
    for _ in range(50):
        began = time.monotonic()
        client.ping()
        assert time.monotonic() - began < scaled(QUICK_S)
    for thread in crowd:
        thread.join()


def test_deaf_clients(broker):
    """They ask for much, read nothing, and end their side."""
    deaf = []
    for number in range(4):
        http = Http(broker, tls=client_tls())
        http.socket.settimeout(0.2)
        try:
            for _ in range(100):
                http.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        except TimeoutError:
            pass
        if number % 2:
            socket.socket.shutdown(http.socket, socket.SHUT_WR)
        deaf.append(http)
    publisher = ws.connect(broker, "publisher", tls=client_tls())
    reader = ws.WebSocketClient(broker, receive_bytes=4096, tls=client_tls())
    reader.connect("deaf")
    reader.subscribe("f")
    for _ in range(100):
        publisher.publish("f", b"z" * 50_000)
    publisher.ping()
    socket.socket.shutdown(reader.socket.socket, socket.SHUT_WR)
    for number in range(3):
        others_are_served(broker, f"other{number}")
    for http in deaf:
        http.socket.close()
    others_are_served(broker)


def test_resets(broker):
    for number in range(40):
        listener = "ws" if number % 2 else "http"
        peer = socket.create_connection(("127.0.0.1", broker.ports[listener]), 10)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if number % 3:
            peer.sendall(hello()[:100 * (number % 7)])
        peer.close()
        http = Http(broker, listener, client_tls())
        http.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"[:number])
        http.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        http.socket.close()
    others_are_served(broker)


def test_at_the_end():
    """A broker that stops while hands are shaken, and refused."""
    with Broker(**config) as broker:
        clients = many(broker, "many", 5)
        peers = []
        for number in range(20):
            peer = socket.create_connection(("127.0.0.1", broker.ports["ws" if number % 2 else "http"]), 10)
            peer.sendall((hello(), b"no TLS at all", b"")[number % 3])
            peers.append(peer)
        others_are_served(broker)
    for peer in [*peers, *clients]:
        peer.close()
