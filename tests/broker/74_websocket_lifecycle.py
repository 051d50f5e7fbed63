"""What happens around a connection is as on TCP: keep-alive, takeover, a listener's limit, the end of the broker."""

import signal
import socket

from lib import Broker, connect, packets as p
from lib import websocket as ws

LISTENERS = [{"id": "tcp"}, {"id": "ws", "type": "ws"}]
config = dict(listeners=LISTENERS, limits={"connect_timeout": "1s"})


def test_keepalive(broker):
    client = ws.connect(broker, "keeps", keepalive=1)
    client.expect_disconnect(0x8D)


def test_no_connect(broker):
    silent = ws.WebSocketClient(broker)
    silent.expect_closed()


def test_takeover_from_and_to_tcp(broker):
    first = ws.connect(broker, "moves", properties={"session_expiry_interval": 100}, clean=False)
    first.subscribe("news", qos=1)
    second = connect(broker, "moves", properties={"session_expiry_interval": 100}, clean=False, session=True)
    first.expect_disconnect(0x8E)
    third = ws.connect(broker, "moves", clean=False, session=True)
    second.expect_disconnect(0x8E)
    connect(broker, "publisher").publish("news", b"here", qos=1)
    third.receive("news", b"here", qos=1)


def test_maximum_clients_of_the_listener():
    with Broker(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws", "maximum_clients": 2}]) as broker:
        first = ws.connect(broker, "a")
        ws.connect(broker, "b")
        refused = ws.WebSocketClient(broker)
        refused.send(p.connect("c"))
        refused.expect_refused(0x89)
        connect(broker, "d").ping()
        first.disconnect()
        ws.connect(broker, "e").ping()


def test_shutdown():
    with Broker(listeners=LISTENERS) as broker:
        client = ws.connect(broker, "stays")
        broker.process.send_signal(signal.SIGTERM)
        client.expect_disconnect(0x8B)
        assert client.socket.close_code == 1001, client.socket.close_code
        assert broker.wait_exit() == 0


def test_shutdown_with_clients_that_hang():
    with Broker(listeners=LISTENERS) as broker:
        deaf = [ws.connect(broker, f"deaf{number}") for number in range(5)]
        half = socket.create_connection(("127.0.0.1", broker.ports["ws"]))
        half.sendall(b"GET /mqtt HT")
        full = ws.WebSocketClient(broker, receive_bytes=4096)
        full.connect("full")
        full.subscribe("flood")
        publisher = connect(broker, "publisher")
        for _ in range(300):
            publisher.publish("flood", b"x" * 10_000)
        publisher.ping()
        broker.process.send_signal(signal.SIGTERM)
        assert broker.wait_exit() == 0
        half.close()
        assert len(deaf) == 5
