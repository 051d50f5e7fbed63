"""What asks for much is bounded: pages with long names, lists at a time, bodies of who may nothing, streams with bytes
behind the request."""
import pathlib
import time

from adminlib import API, READ_TOKEN, TOKEN, Api, bearer, query, with_admin
from lib import connect, scaled
from lib.http import Http

config = with_admin()
LASTS = dict(clean=False, properties={"session_expiry_interval": 300})


def test_pages_of_long_ids(broker):
    """Each page is small, and no id that no request can carry keeps back what is behind it."""
    ids = [f"long-{number:03}-" + "x" * 60_000 for number in range(100)] + ["long-z1", "long-z2"]
    for each in ids:
        connect(broker, each, **LASTS).disconnect()
    with Api(broker) as api:
        seen, after, pages = [], "long-", 0
        while after is not None:
            page = api.get("/clients", limit=1000, after=after, search="long-")
            assert sum(len(each["id"]) for each in page["clients"]) <= 4 << 20
            seen += [each["id"] for each in page["clients"]]
            after, pages = page["next"], pages + 1
            assert pages < 50
        assert seen == sorted(ids) and pages > 1, pages
        for each in seen[-2:]:
            assert api.ask("DELETE", "/client", id=each)[0] == 204


def test_a_search_made_for_the_ids(broker):
    """What it costs does not grow with the product of both lengths."""
    for number in range(20):
        connect(broker, f"made-{number}-" + "x" * 60_000, **LASTS).disconnect()
    with Api(broker) as api:
        before = processor_s(broker)
        assert api.get("/clients", search="x" * 2000 + "y")["clients"] == []
        assert processor_s(broker) - before < scaled(3)


def test_a_cursor_for_each_topic(broker):
    publisher = connect(broker, "topics")
    topics = ["long/" + "y" * 20_000 + f"/{number}" for number in range(3)] + ["long/\n/1", "long/z"]
    for topic in topics:
        publisher.publish(topic, b"x", qos=1, retain=True)
    with Api(broker) as api:
        seen, after = [], None
        for _ in range(10):
            page = api.get("/retained", limit=1, filter="long/#", after=after)
            seen += [each["topic"] for each in page["retained"]]
            after = page["next"]
            if after is None:
                break
        assert "long/z" in seen and len(seen) == len(set(seen)), [each[:20] for each in seen]
        assert api.ask("DELETE", "/retained", filter="long/#")[1]["deleted"] == len(topics)


def test_a_refusal_does_not_wait_for_the_body(broker):
    for token, expected in ((None, 401), ("wrong" * 5, 401), (READ_TOKEN, 403)):
        with Http(broker) as http:
            lines = [f"POST {API}/publish HTTP/1.1", "Host: x", *bearer(token), "Content-Length: 60000", "", ""]
            http.send("\r\n".join(lines).encode())
            status, headers, _ = http.answer("POST")
            assert status == expected and headers["connection"] == "close", (status, headers)


def test_a_body_that_nobody_wants(broker):
    """It is not read, and the answer comes all the same."""
    connect(broker, "victim", **LASTS).disconnect()
    with Http(broker) as http:
        lines = [f"DELETE {API}/client{query(id='victim')} HTTP/1.1", "Host: x", *bearer(TOKEN), "Content-Length: 2"]
        http.send("\r\n".join([*lines, "", "{}"]).encode())
        assert http.answer("DELETE")[0] == 204


def processor_s(broker):
    """Of the web thread and all others."""
    fields = pathlib.Path(f"/proc/{broker.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_many_user_properties(broker):
    """Each is looked at once, where a packet is traced and where a retained message is shown."""
    many = {"user_property": [("", "")] * 100_000}
    with Api(broker) as api:
        assert api.ask("PUT", "/client/trace", id="many")[0] == 204
        before = processor_s(broker)
        client = connect(broker, "many", properties=many)
        client.publish("many/properties", b"x", qos=1, retain=True, properties=many)
        shown = api.get("/retained/message", topic="many/properties")
        assert len(shown["properties"]["user_properties"]) == 100_000
        assert api.ask("DELETE", "/client/trace", id="many")[0] == 204
        assert processor_s(broker) - before < scaled(4)


def test_bytes_behind_the_request_of_a_stream(broker):
    """They are not looked at, again and again."""
    with Http(broker) as http:
        lines = [f"GET {API}/client/trace{query(id='idle')} HTTP/1.1", "Host: x", *bearer(READ_TOKEN)]
        http.send("\r\n".join([*lines, "", "", "GET / HTTP/1.1\r\n"]).encode())
        while b"\r\n\r\n" not in http._buffer:
            assert http._more()
        before, began = processor_s(broker), time.monotonic()
        while time.monotonic() < began + scaled(1):
            connect(broker, "busy").ping()
            time.sleep(0.1)  # not for an event: this is the time that is measured
        assert processor_s(broker) - before < 0.5 * (time.monotonic() - began)
