"""No more than so many connections per second are let in, of all and of each address; the others are closed before they
are read from, and counted."""
import time

from lib import Broker, Client, connect, packets as p

TRIES = 30


def watcher(broker, topic):
    client = connect(broker, "watcher", listener="local")
    client.subscribe(topic)
    return client


def made(**limits):
    """Whoever watches comes by a unix socket, which has no address; clients come through a proxy, from any."""
    broker = Broker(limits=limits)
    broker.arguments["listeners"] = [
        {"id": "tcp"}, {"id": "proxied", "proxy": {"from": ["127.0.0.1"]}},
        {"id": "local", "type": "unix", "address": "local.sock"}]
    return broker


def admitted(broker, listener, header):
    """How many of some connections are let in."""
    count = 0
    for number in range(TRIES):
        client = Client(broker, 5, listener)
        try:
            client.send(header + p.connect(f"client-{number}"))
            answer = client.next_packet()
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        if answer is not None:
            assert answer.reason == 0
            count += 1
        client.close()
    return count


def from_address(address):
    return f"PROXY TCP{6 if ':' in address else 4} {address} {address} 1 2\r\n".encode()


def check_rate(broker, rate, listener, header):
    began = time.monotonic()
    count = admitted(broker, listener, header)
    most = rate + rate * (time.monotonic() - began) + 1
    assert rate <= count <= most, f"{count} of {TRIES}, at most {most}"
    return TRIES - count


def wait_count(client, wanted):
    value = -1
    while value != wanted:
        value = int(client.expect("PUBLISH").payload)
        assert value <= wanted, f"{value} were refused, not {wanted}"


def test_each_address():
    with made(maximum_connects_per_address_per_second=3) as broker:
        client = watcher(broker, "$SYS/broker/connections/refused/rate")
        refused = check_rate(broker, 3, "tcp", b"")
        for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
            refused += check_rate(broker, 3, "proxied", from_address(address))
        assert refused > 0
        wait_count(client, refused)
        assert admitted(broker, "local", b"") == TRIES


def test_all():
    with made(maximum_connects_per_second=5) as broker:
        client = watcher(broker, "$SYS/broker/connections/refused/rate")
        began = time.monotonic()
        count = admitted(broker, "tcp", b"") + admitted(broker, "proxied", from_address("192.0.2.1"))
        most = 5 + 5 * (time.monotonic() - began) + 1
        assert 4 <= count <= most, f"{count}, at most {most}"
        wait_count(client, 2 * TRIES - count)


def test_reload():
    with made(maximum_connects_per_address_per_second=1) as broker:
        check_rate(broker, 1, "tcp", b"")
        broker.write_config(limits={})
        assert broker.reload()
        assert admitted(broker, "tcp", b"") == TRIES


def test_those_who_come_too_often_do_not_use_up_the_rate_of_all():
    with made(maximum_connects_per_address_per_second=1, maximum_connects_per_second=20) as broker:
        for number in range(15):
            check_rate(broker, 1, "proxied", from_address(f"192.0.2.{number}"))
