"""Where clients come in, and who may not."""

from api_client import READ_TOKEN, ask, made, ok
from lib import Client, connect, hashed, ledger, packets as p, websocket as ws

RULES = {"plugins": [ledger(default="allow", users={"melon": {"password": hashed("right")}})],
         "limits": {"login": {"failures": 3, "ban": "1h"}}}


def test_listeners():
    broker = made([{"id": "ws", "type": "ws", "maximum_clients": 7}, {"id": "un", "type": "unix", "address": "socket"}])
    with broker:
        clients = [connect(broker, "one"), connect(broker, "two"), ws.connect(broker, "three")]
        clients[2].ping()
        found = {each.pop("id"): each for each in ok(broker, "GET", "/listeners", token=READ_TOKEN)["listeners"]}
        port = broker.ports
        common = {"tls": False, "maximum_clients": 0, "state": "open"}
        assert found["tcp"] == {"type": "tcp", "address": f"127.0.0.1:{port['tcp']}", "clients": 2, **common}, found
        assert found["ws"] == {"type": "ws", "address": f"127.0.0.1:{port['ws']}", "clients": 1, **common,
                               "maximum_clients": 7}, found
        assert found["un"] == {"type": "unix", "address": str(broker.folder / "socket"), "clients": 0, **common}, found
        http = found.pop("http")
        assert http.pop("clients") >= 1, http  # this one asks
        assert http == {"type": "http", "address": f"127.0.0.1:{port['http']}", **common}, http


def log_in(broker, address, password):
    family = "TCP6" if ":" in address else "TCP4"
    client = Client(broker, 5)
    try:
        client.send(f"PROXY {family} {address} {address} 1 2\r\n".encode() +
                    p.connect("x", username="melon", password=password))
        answer = client.next_packet()
    except (BrokenPipeError, ConnectionResetError):
        answer = None
    client.close()
    return answer.reason if answer is not None else None


def test_bans():
    broker = made(**RULES)
    broker.arguments["listeners"][0]["proxy"] = {"from": ["127.0.0.1"]}
    with broker:
        assert ok(broker, "GET", "/bans") == {"bans": []}
        for address in ("192.0.2.1", "2001:db8:1::5"):
            for _ in range(3):
                assert log_in(broker, address, "wrong") == 0x86
            assert log_in(broker, address, "right") is None
        bans = ok(broker, "GET", "/bans", token=READ_TOKEN)["bans"]
        assert [each["address"] for each in bans] == ["2001:db8:1::/64", "192.0.2.1"], bans
        now_ms = ok(broker, "GET", "/status")["now_ms"]
        assert all(3_590_000 < each["until_ms"] - now_ms <= 3_600_000 and each["failures"] == 3 for each in bans), bans
        assert ask(broker, "DELETE", "/bans?address=192.0.2.1", token=READ_TOKEN)[0] == 403
        for query, status in (("", 400), ("address=x", 400), ("address=192.0.2.2", 404), ("address=192.0.2.1", 204),
                              ("address=192.0.2.1", 404), ("address=2001:db8:1::/64", 204)):
            assert ask(broker, "DELETE", f"/bans?{query}")[0] == status, query
        assert ok(broker, "GET", "/bans") == {"bans": []}
        for address in ("192.0.2.1", "2001:db8:1::5"):
            assert log_in(broker, address, "right") == 0
