"""The list of clients: pages, filters, and ids of every kind."""

import threading

from adminlib import API, TOKEN, Api, bearer, query, with_admin
from lib import Client, connect
from lib.http import Http

config = with_admin()

FIELDS = """id username connected listener address version connected_ms disconnected_ms keepalive_s clean_start
session_expiry_s subscriptions inflight queued queued_bytes"""
HOSTILE_IDS = ["a/b", "//", "/../..", "..", "%2f", "%", "a&b=c", "=", "a+b", "a b", "é€😀", "\x01\x7f", "a;b", "#+$",
               "'\"\\<script>", "?", "a\x1fb\t", "x" * 1000]


def pages(api, **parameters):
    """All ids, page by page."""
    ids, after = [], None
    while True:
        page = api.get("/clients", after=after, **parameters)
        ids += [each["id"] for each in page["clients"]]
        assert len(page["clients"]) <= parameters.get("limit", 100)
        after = page["next"]
        if after is None:
            return ids


def test_a_row(broker):
    stays = {"session_expiry_interval": 1000}
    one = connect(broker, "row-one", version=4, keepalive=30, username="melon", password="x")
    two = connect(broker, "row-two", keepalive=0, clean=False, properties=stays)
    two.subscribe("row/#", qos=1)
    two.disconnect()
    one.publish("row/a", b"12345", qos=1)
    with Api(broker) as api:
        first, second = api.get("/clients", search="row-")["clients"]
        now = api.get("/status")["now_ms"]
        assert sorted(first) == sorted(FIELDS.split()), sorted(first)
        assert now - 60_000 < first.pop("connected_ms") <= now
        port = one.socket.getsockname()[1]
        assert first == {
            "id": "row-one", "username": "melon", "connected": True, "listener": "tcp", "address": f"127.0.0.1:{port}",
            "version": 4, "disconnected_ms": None, "keepalive_s": 30, "clean_start": True, "session_expiry_s": 0,
            "subscriptions": 0, "inflight": 0, "queued": 0, "queued_bytes": 0}, first
        assert now - 60_000 < second.pop("disconnected_ms") <= now
        assert second.pop("queued_bytes") > 5 and second.pop("address").startswith("127.0.0.1:")
        assert second == {
            "id": "row-two", "username": None, "connected": False, "listener": "tcp", "version": 5,
            "connected_ms": None, "keepalive_s": 0, "clean_start": False, "session_expiry_s": 1000, "subscriptions": 1,
            "inflight": 0, "queued": 1}, second
        assert api.ask("DELETE", "/client", id="row-two")[0] == 204


def test_a_query_with_nothing_in_it(broker):
    api = Api(broker)
    connect(broker, "only")
    for empty in ("?", "?&", "?limit=5&", "?&limit=5", "?limit=5&&connected=true"):
        status, _, body = api._raw("GET", API + "/clients" + empty, [], b"")
        assert status == 200 and b'"only"' in body, (empty, status, body)


def test_filters(broker):
    connect(broker, "f-Alpha", username="ann", password="x")
    connect(broker, "f-beta", username="Bob", password="x")
    connect(broker, "f-gamma", properties={"session_expiry_interval": 1000}).disconnect()
    with Api(broker) as api:
        def ids(**parameters):
            return [each["id"] for each in api.get("/clients", **parameters)["clients"]]
        assert ids(search="F-") == ["f-Alpha", "f-beta", "f-gamma"]
        assert ids(search="alpha") == ["f-Alpha"]
        assert ids(search="bob") == ["f-beta"]
        assert ids(search="127.0.0.1:", connected="true") == ["f-Alpha", "f-beta"]
        assert ids(search="f-", connected="false") == ["f-gamma"]
        assert ids(username="Bob") == ["f-beta"]
        assert ids(username="bob") == []
        assert ids(search="f-", listener="tcp") == ["f-Alpha", "f-beta", "f-gamma"]
        assert ids(listener="http") == ids(listener="nowhere") == []
        assert ids(search="f-", after="f-Alpha") == ["f-beta", "f-gamma"]
        assert ids(search="f-", after="f-b") == ["f-beta", "f-gamma"]
        assert ids(search="no such client") == []
        page = api.get("/clients", search="f-", limit=2)
        assert page["next"] == "f-beta" and len(page["clients"]) == 2
        assert pages(api, search="f-", limit=1) == ["f-Alpha", "f-beta", "f-gamma"]
        assert api.ask("DELETE", "/client", id="f-gamma")[0] == 204


def test_wrong_parameters(broker):
    with Api(broker) as api:
        for parameters in ({"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"limit": -1}, {"limit": ""},
                           {"connected": "yes"}, {"connected": ""}, {"offset": 1}, {"limits": 1}):
            status, answer = api.ask("GET", "/clients", **parameters)
            assert status == 400 and answer["error"], (parameters, status)
        for method, path in (("GET", "/client"), ("DELETE", "/client"), ("POST", "/client/disconnect"),
                             ("PUT", "/client/trace"), ("DELETE", "/client/trace"), ("GET", "/client/trace")):
            assert api.ask(method, path)[0] == 400, (method, path)
            assert api.ask(method, path + "?id=")[0] == 400, (method, path)
            assert api.ask(method, path + "?id=a&id=b")[0] == 400, (method, path)
            assert api.ask(method, path + "?id=a&x=b")[0] == 400, (method, path)


def test_ids_of_every_kind(broker):
    clients = {each: connect(broker, each) for each in HOSTILE_IDS}
    with Api(broker) as api:
        listed = [each for each in pages(api, limit=1) if each in clients]
        assert listed == sorted(HOSTILE_IDS, key=str.encode), listed
        for client_id, client in clients.items():
            assert api.client(client_id)["id"] == client_id
            assert api.ask("PUT", "/client/trace", id=client_id)[0] == 204, client_id
            assert api.client(client_id)["trace"] is True
            assert api.ask("DELETE", "/client/trace", id=client_id)[0] == 204, client_id
            assert api.ask("POST", "/client/disconnect", id=client_id)[0] == 204, client_id
            client.expect_disconnect(0x98)
            assert api.ask("GET", "/client", id=client_id)[0] == 404, client_id


def test_line_breaks_in_ids(broker):
    """Such clients are listed; nobody can name them in a query, nor another one by mistake."""
    ids = ["l", "l\n", "l\nm", "l\r", "lm"]
    for each in ids:
        connect(broker, each)
    with Api(broker) as api:
        assert [each["id"] for each in api.get("/clients", after="k", limit=9)["clients"]][:5] == ids
        assert set(ids) - set(pages(api, search="l", limit=1)) <= {"l\nm"}
    for method in ("GET", "DELETE"):
        for client_id in ids[1:4]:
            with Api(broker) as api:
                status, _, _ = api._raw(method, "/api/v1/client" + query(id=client_id), [], b"")
                assert status == 400, (method, client_id, status)
    with Api(broker) as api:
        assert api.client("l")["connected"]


def test_ids_nobody_has(broker):
    connect(broker, "somebody")
    with Api(broker) as api:
        for client_id in HOSTILE_IDS + ["SOMEBODY", "somebody ", "some", "x" * 3000]:
            assert api.ask("GET", "/client", id=client_id)[0] == 404, client_id
            assert api.ask("DELETE", "/client", id=client_id)[0] == 404, client_id
            assert api.ask("POST", "/client/disconnect", id=client_id)[0] == 404, client_id
    for raw in ("%00", "%c3%28", "%ff", "a%00b", "%", "%zz", "%0", "\x80"):
        with Http(broker) as http:
            head = ["DELETE /api/v1/client?id=" + raw + " HTTP/1.1", "Host: x", *bearer(TOKEN), "Connection: close"]
            http.send("\r\n".join([*head, "", ""]).encode("latin-1"))
            answer = http.rest()
            assert not answer or answer.split()[1] in (b"400", b"403", b"404"), (raw, answer)


def stored_sessions(broker, prefix, count):
    """As many sessions without a connection, made by one thread."""
    stays = {"session_expiry_interval": 100_000}
    for number in range(count):
        client = Client(broker)
        client.connect(f"{prefix}{number:05}", properties=stays)
        client.close()


def test_twenty_thousand_pages_while_clients_come_and_go(broker):
    """Who is there all the time is listed once, whatever comes and goes."""
    threads = [threading.Thread(target=stored_sessions, args=(broker, f"many-{part}-", 5000)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop = threading.Event()

    def come_and_go(prefix):
        number = 0
        while not stop.is_set():
            client = Client(broker)
            client.connect(f"{prefix}{number % 50}")
            client.disconnect()
            number += 1
    guests = [threading.Thread(target=come_and_go, args=(prefix,)) for prefix in ("a-guest", "many-2-guest")]
    for guest in guests:
        guest.start()
    with Api(broker) as api:
        for limit in (1000, 700):
            ids = pages(api, limit=limit)
            assert ids == sorted(set(ids)), "out of order, or twice"
            stayed = [each for each in ids if "guest" not in each]
            assert len(stayed) == 20_000, len(stayed)
        assert len(pages(api, search="many-1-", limit=900)) == 5000
        stop.set()
        for guest in guests:
            guest.join()
        assert api.get("/status")["sessions"] >= 20_000


def test_nothing_else_is_answered(broker):
    """The query's text is data wherever it lands."""
    with Api(broker) as api:
        for text in ("*", "' or 1=1", "%", "{id}", "\t", "é"):
            assert api.get("/clients" + query(search=text + "-nobody"))["clients"] == []
            assert api.get("/clients" + query(after="\x7f" + text + "zzzz"))["next"] is None
