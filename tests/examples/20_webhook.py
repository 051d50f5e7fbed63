"""webhook: a client waits for the HTTP server's answer, and nobody else does."""
import socket

from authserver import AuthServer
from examplelib import example, refused_start
from lib import Broker, Client, allow_all, check_serving, connect, packets as p


def webhook(server, _defer_timeout="60s", timeout="50s", **config):
    return example("webhook", url=getattr(server, "url", server), timeout=timeout, _defer_timeout=_defer_timeout,
                   **config)


def broker_asking(server, **config):
    """The ledger behind it grants all rights, and lets in whom the webhook has no opinion about."""
    return Broker(plugins=[webhook(server, **config), allow_all()])


def begin(broker, username, client_id, version=5):
    client = Client(broker, version)
    client.name = client_id
    client.send(p.connect(client_id, version=version, username=username))
    return client


def refused_port():
    """Nothing listens on it."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def quiet(broker):
    """Stops the broker: it had nothing to complain about but the server."""
    broker.stop()
    loud = [record for record in broker.records if record.get("level") in ("warn", "error")
            and not record.get("message", "").startswith("no answer: ")]
    assert not loud, loud


def test_answers():
    with AuthServer() as server, broker_asking(server) as broker:
        for version in (3, 4, 5):
            connect(broker, "a", version=version, username="allow").ping()
            for username, reason, v3 in (("400", 0x87, 5), ("401", 0x86, 4), ("403", 0x87, 5), ("404", 0x87, 5),
                                         ("499", 0x87, 5), ("allow", 0, 0)):
                connack = begin(broker, username, "a", version).expect("CONNACK")
                assert connack.reason == (reason if version == 5 else v3), (username, version, connack)


def test_request():
    with AuthServer() as server, broker_asking(server, headers=["Authorization: Bearer x y"]) as broker:
        client = connect(broker, 'the "id"\\', username="grüße", password=b"line\nand\x01bell\x7f")
        host, port = client.socket.getsockname()
        assert server.bodies[-1] == {"clientid": 'the "id"\\', "username": "grüße", "remote": f"{host}:{port}",
                                     "password": "line\nand\x01bell\x7f"}, server.bodies
        assert server.headers[-1]["Content-Type"] == "application/json", server.headers
        assert server.headers[-1]["Authorization"] == "Bearer x y", server.headers
        connect(broker, "b")
        assert server.bodies[-1]["username"] is None and server.bodies[-1]["password"] is None, server.bodies
        connect(broker, "c", username="", password=b"")
        assert server.bodies[-1]["username"] == "" and server.bodies[-1]["password"] == "", server.bodies


def test_password_of_other_bytes():
    with AuthServer() as server, broker_asking(server) as broker:
        for password in (b"\xff", b"a\x80", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            client = Client(broker)
            client.send(p.connect("a", username="allow", password=password))
            client.expect_refused(0x86)
        assert not server.bodies, server.bodies
        for password in ("é€𝄞", "\U0010ffff", "\ud7ff"):
            connect(broker, "a", username="allow", password=password.encode())
            assert server.bodies[-1]["password"] == password, server.bodies


def test_connections_are_used_again():
    with AuthServer() as server, broker_asking(server) as broker:
        for number in range(40):
            connect(broker, f"c{number}", username="delay").close()
        assert len(server.bodies) == 40
        assert server.connections <= broker.workers, server.connections


def test_connections_that_the_server_has_closed():
    with AuthServer() as server, broker_asking(server) as broker:
        for number in range(200):
            connect(broker, f"c{number}", username="last").close()


def test_many_at_once():
    """No more connections than allowed, and no new ones for the next many."""
    with AuthServer() as server, broker_asking(server, connections=4) as broker:
        for _ in range(2):
            clients = [begin(broker, "delay", f"c{number}") for number in range(60)]
            for client in clients:
                client.expect("CONNACK", reason=0)
                client.close()
        assert server.connections <= 4 * broker.workers, server.connections


def test_hanging_server_holds_nobody_else():
    with AuthServer() as server, broker_asking(server) as broker:
        before = connect(broker, "before", username="allow")
        waiting = [begin(broker, "hang", f"w{number}") for number in range(5)]
        server.wait_requests(6)
        before.ping()
        for number in range(10):
            connect(broker, f"c{number}", username="allow").ping()
        before.ping()
        server.release()
        for client in waiting:
            client.expect("CONNACK", reason=0)
            client.ping()


def test_no_answer():
    cases = ("error", "created", "moved", "endless", "garbage", "cut", "reset")
    for on_error, reason in (("deny", 0x88), ("continue", 0), ("allow", 0)):
        with AuthServer() as server, broker_asking(server, on_error=on_error) as broker:
            for number, username in enumerate(cases):
                connack = begin(broker, username, f"a{number}").expect("CONNACK")
                assert connack.reason == reason, (username, connack)
            connect(broker, "b", username="allow").ping()


def test_on_error_is_allow_or_no_opinion():
    """With nobody behind the webhook, "continue" lets nobody in."""
    for on_error, reason in (("continue", 0x86), ("allow", 0)):
        with AuthServer() as server, Broker(plugins=[webhook(server, on_error=on_error)]) as broker:
            begin(broker, "error", "a").expect("CONNACK", reason=reason)


def test_timeout():
    """The wait for a free connection counts."""
    with AuthServer() as server, broker_asking(server, timeout="300ms", connections=1) as broker:
        for client in [begin(broker, "hang", f"c{number}") for number in range(8)]:
            client.expect_refused(0x88)
        broker.wait_line("no answer: ")


def test_refused_connection():
    """The log says so once, and keeps the secret."""
    with broker_asking(f"http://user:secret@127.0.0.1:{refused_port()}/") as broker:
        for number in range(5):
            begin(broker, "allow", f"c{number}").expect_refused(0x88)
        quiet(broker)
        lines = [record for record in broker.records if record.get("message", "").startswith("no answer: ")]
        assert 1 <= len(lines) <= broker.workers, lines
        assert "secret" not in broker.log_text()


def test_server_comes_back():
    with AuthServer() as server, broker_asking(server) as broker:
        begin(broker, "reset", "a").expect_refused(0x88)
        broker.wait_line("no answer: ")
        connect(broker, "a", username="allow").ping()
        broker.wait_record("answers again", module="plugin/webhook")


def test_client_leaves_while_waiting():
    with AuthServer() as server, broker_asking(server) as broker:
        for number in range(4):
            client = begin(broker, "hang", f"gone{number}")
            server.wait_requests(number + 1)
            client.reset()
        connect(broker, "gone0", username="allow").ping()
        server.release()
        for number in range(8):
            connect(broker, f"c{number}", username="delay").ping()
        check_serving(broker)
        quiet(broker)


def test_stop_with_requests_outstanding():
    for connections in (64, 1):
        with AuthServer() as server:
            broker = broker_asking(server, connections=connections).start()
            connect(broker, "x", username="allow").close()
            clients = [begin(broker, "hang", f"c{number}") for number in range(10)]
            server.wait_requests(11 if connections == 64 else 2)
            quiet(broker)
            for client in clients:
                client.close()


def test_stop_before_any_request():
    with AuthServer() as server:
        quiet(broker_asking(server).start())


def test_enhanced_authentication_is_not_its_business():
    with AuthServer() as server, broker_asking(server) as broker:
        client = Client(broker)
        client.send(p.connect("a", username="allow", properties={"authentication_method": "M"}))
        client.expect_refused(0x8C)  # by the ledger
        assert not server.bodies


def test_settings():
    good = {"url": "http://127.0.0.1:1/"}
    for config, text in (({}, "url must be"), ({"url": "ftp://a/"}, "url must be"),
                         ({**good, "on_error": "panic"}, "expected \\\"deny\\\""), ({**good, "timeout": 0}, "longer"),
                         ({**good, "connections": 0}, "at least 1"), ({**good, "tiemout": 1}, "did you mean")):
        refused_start(Broker(plugins=[example("webhook", **config)]), text)
