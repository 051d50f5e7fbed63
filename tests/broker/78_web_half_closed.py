"""A peer that has much to get, does not read, and ends its own side: nobody else feels it, and the broker ends in
order."""
import pathlib
import socket
import time

from lib import check_serving, connect, packets as p, scaled
from lib import websocket as ws

LOOKS = 100

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws"}, {"id": "http", "type": "http"}])


def slow_socket(port):
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.settimeout(scaled(10))
    peer.connect(("127.0.0.1", port))
    return peer


def others_are_served(broker):
    ws.connect(broker, "other").ping()
    with socket.create_connection(("127.0.0.1", broker.ports["http"]), scaled(10)) as peer:
        peer.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1"), "no answer"
    check_serving(broker)


def test_websocket(broker):
    publisher = connect(broker, "publisher")
    with slow_socket(broker.ports["ws"]) as peer:
        client = ws.WebSocket(peer)
        client.sendall(p.connect("stuck") + p.subscribe(1, [("f", 0)]))
        while p.SUBACK not in types_in(client):
            pass
        for _ in range(300):
            publisher.publish("f", b"z" * 20_000)
        publisher.ping()
        peer.shutdown(socket.SHUT_WR)
        for _ in range(3):
            others_are_served(broker)
    others_are_served(broker)


def types_in(client):
    return {byte >> 4 for byte in client.recv(100)}


def test_http(broker):
    with slow_socket(broker.ports["http"]) as peer:
        peer.settimeout(0.2)
        try:
            for _ in range(100):
                peer.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 300)
        except TimeoutError:
            pass
        peer.shutdown(socket.SHUT_WR)
        for _ in range(3):
            others_are_served(broker)
    others_are_served(broker)


def busy_share(broker):
    """How often some thread of the broker runs, or would if it had a processor, of some looks at it."""
    tasks = list(pathlib.Path(f"/proc/{broker.process.pid}/task").glob("*/stat"))
    busy = 0
    for _ in range(LOOKS):
        time.sleep(0.01)
        busy += any(task.read_text().rpartition(")")[2].split()[0] == "R" for task in tasks)
    return busy / LOOKS


def test_nobody_keeps_it_busy(broker):
    """Answers that are not read, with more requests behind them than are read, and with the end of the peer's side."""
    with slow_socket(broker.ports["http"]) as open_peer, slow_socket(broker.ports["http"]) as ended:
        for peer in (open_peer, ended):
            peer.settimeout(scaled(0.5))
            try:
                while True:
                    peer.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 300)
            except TimeoutError:
                pass
        ended.shutdown(socket.SHUT_WR)
        others_are_served(broker)
        assert busy_share(broker) < 0.5


def test_what_was_asked_is_answered_in_the_end(broker):
    """The peer ends its side, takes its time, and then reads all of it."""
    with slow_socket(broker.ports["http"]) as peer:
        peer.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 99 +
                     b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        peer.shutdown(socket.SHUT_WR)
        others_are_served(broker)
        received = b""
        while part := peer.recv(65536):
            received += part
        assert received.count(b"HTTP/1.1 200 OK") == 100 and received.endswith(b"\r\n\r\nok\n"), received[-100:]
