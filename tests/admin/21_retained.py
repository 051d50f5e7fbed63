"""Retained messages: lists in pages, one in full, and deletion."""

import base64
import signal
import urllib.parse

from api_client import READ_TOKEN, ask, made, ok
from lib import allow_all, connect, packets as p


def topics(broker, query=""):
    """Those of all pages, in the order in which they came."""
    found, after = [], ""
    while True:
        page = ok(broker, "GET", f"/retained?limit=7{query}{after}")
        assert len(page["retained"]) <= 7
        found += [each["topic"] for each in page["retained"]]
        if page["next"] is None:
            return found
        assert page["next"] == found[-1]
        after = "&after=" + urllib.parse.quote(page["next"], safe="")


def keep(broker, names):
    client = connect(broker, "keeper")
    for name in names:
        client.publish(name, b"x", retain=True, qos=1)
    client.disconnect()


def test_pages_are_sorted_and_whole():
    names = [f"{a}/{b}" for a in ("a", "b", "", "ä") for b in range(12)] + ["a", "a//b", "$x/y", "q&=%?"]
    with made() as broker:
        keep(broker, names)
        wanted = sorted((each for each in names if each[0:1] != "$"), key=str.encode)
        assert topics(broker) == wanted, topics(broker)
        assert topics(broker, "&filter=a/%2b") == [each for each in wanted if each.startswith("a/") and each != "a//b"]
        assert topics(broker, "&filter=a//b") == ["a//b"]
        assert topics(broker, "&filter=$x/%23") == ["$x/y"]
        assert "$SYS/broker/version" in topics(broker, "&filter=$SYS/%23")


def test_faults():
    with made() as broker:
        for query in ("limit=0", "limit=1001", "limit=-1", "limit=x", "limit=", "limit=99999999999999999999",
                      "filter=a%23", "filter=", "filter=$share/a/b", "filter=%ff"):
            assert ask(broker, "GET", f"/retained?{query}")[0] == 400, query


def test_one_message():
    with made() as broker:
        client = connect(broker, "keeper")
        client.publish("a", "ü".encode(), retain=True, qos=1, properties={
            "content_type": "t", "response_topic": "r", "correlation_data": b"\xff", "user_property": [("k", "v")],
            "message_expiry_interval": 1000})
        client.publish("b", b"\xff\0", retain=True, qos=1)
        client.publish("c", bytes(1_000_000), retain=True, qos=1)
        message = ok(broker, "GET", "/retained/message?topic=a")
        assert 990_000 < message["expires_ms"] - message["stored_ms"] <= 1_000_000, message
        assert {key: message[key] for key in message if not key.endswith("_ms")} == {
            "topic": "a", "size_bytes": 2, "qos": 1, "client_id": "keeper", "payload": "ü",
            "payload_base64": base64.b64encode("ü".encode()).decode(), "truncated": False,
            "properties": {"content_type": "t", "response_topic": "r", "correlation_data_base64": "/w==",
                           "user_properties": [["k", "v"]]}}, message
        message = ok(broker, "GET", "/retained/message?topic=b")
        assert (message["payload"], message["payload_base64"], message["expires_ms"]) == (None, "/wA=", None), message
        message = ok(broker, "GET", "/retained/message?topic=c")
        assert base64.b64decode(message["payload_base64"]) == bytes(1_000_000) and not message["truncated"]
        assert ask(broker, "GET", "/retained/message?topic=nowhere")[0] == 404
        assert ask(broker, "GET", "/retained/message")[0] == 400


def test_deletion():
    with made() as broker:
        keep(broker, ["a", "a/b", "a/c", "b"])
        watcher = connect(broker, "watcher")
        watcher.subscribe("#", retain_handling=2)
        assert ok(broker, "DELETE", "/retained?topic=a") == {"deleted": 1}
        watcher.receive("a", b"")  # as of a publish
        assert ok(broker, "DELETE", "/retained?topic=a") == {"deleted": 0}
        assert ok(broker, "DELETE", "/retained?filter=a/%23") == {"deleted": 2}
        assert topics(broker) == ["b"]
        for query, status in (("", 400), ("topic=a&filter=b", 400), ("filter=a%23", 400),
                              ("topic=$SYS/broker/version", 403), ("filter=$SYS/%23", 403)):
            assert ask(broker, "DELETE", f"/retained?{query}")[0] == status, query
        assert ask(broker, "DELETE", "/retained?topic=b", token=READ_TOKEN)[0] == 403
        assert ok(broker, "DELETE", "/retained?filter=%23") == {"deleted": 1}
        assert "$SYS/broker/version" in topics(broker, "&filter=$SYS/%23")


def test_stores_hear_of_it():
    """What was deleted stays so after a restart."""
    with made(plugins=[{"name": "rocksdb-store"}, allow_all()]) as broker:
        keep(broker, ["a", "b"])
        assert ok(broker, "DELETE", "/retained?topic=a") == {"deleted": 1}
        broker.process.send_signal(signal.SIGTERM)
        assert broker.wait_exit() == 0
        broker.records.clear()
        broker.start()
        assert topics(broker) == ["b"]


def test_many_do_not_hold_the_broker_up():
    """More than one slice, of topics that share what they begin with."""
    with made() as broker:
        client = connect(broker, "keeper")
        for hundred in range(200):
            names = [f"t/{number}/{hundred * 100 + number}" for number in range(100)]
            client.send(b"".join(p.publish(name, b"x", retain=True) for name in names))
        client.ping()
        page = ok(broker, "GET", "/retained?limit=1000&after=t/5/")
        wanted = sorted(f"t/{number % 100}/{number}" for number in range(20_000))
        wanted = [each for each in wanted if each > "t/5/"][:1000]
        assert [each["topic"] for each in page["retained"]] == wanted
        assert ok(broker, "DELETE", "/retained?filter=t/%23") == {"deleted": 20_000}
        assert ok(broker, "GET", "/retained")["retained"] == []
