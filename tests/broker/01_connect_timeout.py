"""A connection that sends no whole CONNECT within limits.connect_timeout is closed.
PITFALLS 1 row 10; PITFALLS 2 keep-alive and connect deadline; BEHAVIOUR 12.C row 2"""
from lib import Client, connect, packets as p

config = dict(limits={"connect_timeout": "1s"})


def test_silent(broker):
    Client(broker).expect_closed(deadline_s=4)


def test_partial(broker):
    client = Client(broker)
    client.send(p.connect("slow")[:-2])
    client.expect_closed(deadline_s=4)


def test_dripping(broker):
    """Single bytes do not move the deadline."""
    client = Client(broker)
    data = p.connect("x" * 200)
    client.socket.settimeout(0.1)
    for at in range(60):
        try:
            client.socket.sendall(data[at:at + 1])
            if client.socket.recv(1) == b"":
                return
        except TimeoutError:
            continue
        except OSError:
            return
    raise AssertionError("still open after 6 s")


def test_connected_client_stays(broker):
    client = connect(broker, "stays", keepalive=0)
    Client(broker).expect_closed(deadline_s=4)
    client.ping()
