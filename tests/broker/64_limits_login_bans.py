"""An address from which too many logins fail is banned for a while: its connections are closed before they are read
from, whoever it says it is. Others are not, and a login that succeeds forgives earlier failures."""
import time

from lib import Broker, Client, connect, hashed, ledger, packets as p, scaled

ONE, TWO = "192.0.2.1", "192.0.2.2"


def made(**login):
    """Clients come through a proxy, from any address."""
    rules = ledger(default="allow", users={"melon": {"password": hashed("right")}})
    broker = Broker(plugins=[rules], limits={"login": {"failures": 3, "ban": "1h", **login}})
    broker.arguments["listeners"] = [{"id": "tcp", "proxy": {"from": ["127.0.0.1"], "required": False}}]
    return broker


def log_in(broker, address, password, client_id="x"):
    """The reason of the CONNACK; None: closed without."""
    client = Client(broker, 5)
    header = f"PROXY TCP4 {address} {address} 1 2\r\n".encode() if address else b""
    try:
        client.send(header + p.connect(client_id, username="melon", password=password))
        answer = client.next_packet()
    except (BrokenPipeError, ConnectionResetError):
        answer = None
    client.close()
    return answer.reason if answer is not None else None


def test_ban():
    with made() as broker:
        for number in range(3):  # sessions of several workers
            assert log_in(broker, ONE, "wrong", f"id-{number}") == 0x86
        record = broker.wait_record("address banned: too many failed logins")
        assert record["address"] == ONE and record["client"] == "id-2", record
        for number in range(8):
            assert log_in(broker, ONE, "right", f"id-{number}") is None
        assert log_in(broker, TWO, "right") == 0
        client = connect(broker, "watcher", username="melon", password="right")
        client.subscribe("$SYS/broker/connections/refused/banned")
        while int(client.expect("PUBLISH").payload) != 8:
            pass


def test_ban_ends():
    with made(ban="500ms") as broker:
        for _ in range(3):
            assert log_in(broker, ONE, "wrong") == 0x86
        limit = time.monotonic() + scaled(20)
        while log_in(broker, ONE, "right") is None:
            assert time.monotonic() < limit, "banned for ever"


def test_success_forgives():
    with made() as broker:
        for password in ["wrong", "wrong", "right"] * 4:
            assert log_in(broker, ONE, password) == (0 if password == "right" else 0x86)


def test_connected_before():
    """Connections that were open when the ban began do not get around it."""
    with made() as broker:
        header = f"PROXY TCP4 {ONE} {ONE} 1 2\r\n".encode()
        early = [Client(broker, 5) for _ in range(4)]
        for client in early:
            client.send(header + p.connect("x", username="melon", password="right")[:3])
        assert log_in(broker, TWO, "right") == 0  # behind them
        for _ in range(3):
            assert log_in(broker, ONE, "wrong") == 0x86
        for client in early:
            try:
                client.send(p.connect("x", username="melon", password="right")[3:])
                answer = client.next_packet()
            except (BrokenPipeError, ConnectionResetError):
                answer = None
            assert answer is None or answer.reason == 0x8a, answer
            client.close()


def test_exempt():
    with made(exempt=["127.0.0.0/8", f"{TWO}/32"]) as broker:
        for _ in range(10):
            assert log_in(broker, None, "wrong") == 0x86
            assert log_in(broker, TWO, "wrong") == 0x86


def test_off():
    with made(failures=0) as broker:
        for _ in range(10):
            assert log_in(broker, ONE, "wrong") == 0x86


def test_reload_forgives():
    """Other settings begin anew; the same ones do not."""
    with made() as broker:
        for _ in range(3):
            log_in(broker, ONE, "wrong")
        assert broker.reload()
        assert log_in(broker, ONE, "right") is None
        broker.write_config(limits={"login": {"failures": 0}})
        assert broker.reload()
        assert log_in(broker, ONE, "right") == 0
