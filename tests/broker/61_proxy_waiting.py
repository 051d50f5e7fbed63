"""Whoever has not said yet whether a header comes is one of the listener's connections from the beginning: in what is
counted, under its maximum_clients, and with one deadline for the header and CONNECT."""
import time

from lib import Broker, Client, connect, packets as p, scaled
from lib.prometheus import metrics

HEADER = b"PROXY TCP4 192.0.2.7 192.0.2.7 4711 1883\r\n"
CLIENTS = 'grapnel_listener_clients{listener="tcp"}'


def start(trusted, required=False, maximum_clients=0, **arguments):
    proxy = {"from": [trusted], "required": required}
    return Broker(listeners=[{"id": "tcp", "proxy": proxy, "maximum_clients": maximum_clients},
                             {"id": "http", "type": "http"}], **arguments).start()


def wait_for(broker, clients):
    deadline = time.monotonic() + scaled(10)
    while (found := metrics(broker)[CLIENTS]) != clients:
        assert time.monotonic() < deadline, found


def test_they_are_counted_and_take_places():
    for trusted, required, beginning in (("127.0.0.1", False, b""), ("192.0.2.0/24", False, b""),
                                         ("127.0.0.1", False, HEADER[:9]), ("127.0.0.1", True, b"")):
        broker = start(trusted, required, maximum_clients=2)
        whole = (HEADER if required else b"") + p.connect("x")
        silent = [Client(broker, listener="tcp") for _ in range(2)]
        for client in silent:
            client.send(beginning)
        wait_for(broker, 2)
        late = Client(broker, listener="tcp")
        late.send(whole)
        late.expect("CONNACK", reason=0x89)
        late.close()
        silent.pop().close()
        wait_for(broker, 1)
        client = Client(broker, listener="tcp")
        client.send(whole)
        client.expect("CONNACK", reason=0)
        wait_for(broker, 2)
        client.disconnect()
        silent.pop().close()
        wait_for(broker, 0)
        broker.stop()


def test_they_go_with_those_who_are_refused():
    broker = start("192.0.2.0/24")
    for number in range(20):
        client = Client(broker, listener="tcp")
        client.send(HEADER if number % 2 else p.connect("x"))
        if number % 2:
            client.expect_closed()
        else:
            client.expect("CONNACK", reason=0)
        client.close()
    wait_for(broker, 0)
    broker.stop()


def test_one_deadline():
    """What is said shortly before it does not move it."""
    broker = start("127.0.0.1", limits={"connect_timeout": "4s"})
    began = time.monotonic()
    clients = [Client(broker, listener="tcp") for _ in range(2)]
    clients[0].expect_silence(3 - (time.monotonic() - began))
    for client, said in zip(clients, (p.connect("x")[:1], HEADER)):
        client.send(said)
    for client in clients:
        client.expect_closed(scaled(20))
    assert time.monotonic() - began < 6.5, time.monotonic() - began
    broker.stop()


def test_who_is_in_time_stays():
    broker = start("127.0.0.1", limits={"connect_timeout": "1s"})
    client = Client(broker, listener="tcp")
    client.send(HEADER + p.connect("stays", keepalive=0))
    client.expect("CONNACK", reason=0)
    connect(broker, "other", listener="tcp").expect_silence(1.5)
    client.ping()
    broker.stop()
