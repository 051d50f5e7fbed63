"""Headers that are wrong, too long, cut off, late, missing, or from somebody who is not trusted end the connection
before anything behind them is read, and are counted."""
import random

from lib import Broker, Client, check_serving, packets as p, scaled

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
GOOD = b"PROXY TCP4 192.0.2.7 192.0.2.7 4711 1883\r\n"
V2_HEAD = SIGNATURE + b"\x21\x11"

BAD = [
    b"PROXY\r\n", b"PROXY TCP4 1.2.3.4\r\n", b"PROXY TCP4 999.0.0.1 1.2.3.4 1 2\r\n", GOOD[:-2] + b"\n",
    GOOD.replace(b"4711", b"70000"), b"PROXY TCP4 " + b"1" * 100, b"P" * 200, b"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
    V2_HEAD + b"\xff\xff" + b"x" * 100, V2_HEAD + b"\x00\x0b" + b"x" * 11,
    SIGNATURE + b"\x11\x11\x00\x0c" + b"x" * 12, SIGNATURE + b"\x2f\x11\x00\x0c" + b"x" * 12,
    SIGNATURE + b"\x21\x12\x00\x0c" + b"x" * 12, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"\0",
]


def start(trusted=("127.0.0.1",), required=True, **arguments):
    return Broker(listeners=[{"id": "tcp", "proxy": {"from": list(trusted), "required": required}}, {"id": "plain"}],
                  **arguments).start()


def is_closed(broker, data, listener="tcp"):
    """Left open by this side: the server alone ends it, and answers nothing."""
    client = Client(broker, 5, listener)
    client.send(data)
    client.expect_closed()
    client.close()


def refused(broker, at_least):
    reader = broker.ports["plain"]
    broker.port = reader
    return broker.wait_sys("connections/refused/proxy", lambda value: value >= at_least)


def test_garbage():
    broker = start()
    for data in BAD:
        is_closed(broker, data + p.connect("x"))
    assert refused(broker, len(BAD)) == len(BAD)
    check_serving(broker)
    broker.stop()


def test_random():
    broker = start()
    chance = random.Random(7)
    for number in range(100):
        data = bytearray(GOOD if number % 2 else V2_HEAD + b"\x00\x0c" + bytes(12))
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        client = Client(broker, 5, "tcp")
        client.send(bytes(data))
        client.close()
    broker.port = broker.ports["plain"]
    check_serving(broker)
    broker.stop()


def test_cut_off():
    """What ends in the middle is counted; what says nothing at all is a look whether we are alive."""
    broker = start()
    for cut in range(1, len(GOOD), 5):
        client = Client(broker, 5, "tcp")
        client.send(GOOD[:cut])
        client.close()
    wanted = len(range(1, len(GOOD), 5))
    for _ in range(5):
        Client(broker, 5, "tcp").close()
    assert refused(broker, wanted) == wanted
    broker.stop()


def test_missing():
    broker = start()
    is_closed(broker, p.connect("x"))
    assert refused(broker, 1) == 1
    broker.stop()


def test_late():
    """The time for CONNECT is the time for the header too."""
    broker = start(limits={"connect_timeout": "300ms"})
    silent, slow = Client(broker, 5, "tcp"), Client(broker, 5, "tcp")
    slow.send(GOOD[:20])
    for client in (silent, slow):
        client.expect_closed(scaled(10))
    assert refused(broker, 2) == 2
    broker.stop()


def test_not_trusted():
    """Where it must come, they are closed at once; where it may, it is not believed of them."""
    broker = start(trusted=["192.0.2.0/24"])
    is_closed(broker, b"")
    assert refused(broker, 1) == 1
    broker.stop()
    broker = start(trusted=["192.0.2.0/24"], required=False)
    is_closed(broker, GOOD + p.connect("x"))
    is_closed(broker, V2_HEAD)
    assert refused(broker, 2) == 2
    client = Client(broker, 5, "tcp")
    client.send(p.connect("x"))
    client.expect("CONNACK", reason=0)
    broker.stop()


def test_listener_without_proxies():
    broker = start()
    is_closed(broker, GOOD + p.connect("x"), "plain")
    broker.stop()


def test_stop_while_waiting():
    """A connection without its header does not hold the end up."""
    broker = start()
    clients = [Client(broker, 5, "tcp") for _ in range(10)]
    for client in clients:
        client.send(GOOD[:10])
    broker.port = broker.ports["plain"]
    check_serving(broker)
    broker.stop()
