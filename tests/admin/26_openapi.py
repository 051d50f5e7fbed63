"""The description of the API says what the broker does."""

import json

import schema
from api_client import Events, READ_TOKEN, TOKEN, headers_of, made, ok
from lib import Client, connect, hashed, ledger, packets as p
from lib.http import get

# What an operation needs to be asked sensibly: its query, or its body.
QUERIES = {"/client": "?id=one", "/client/disconnect": "?id=other", "/client/trace": "?id=one",
           "/retained/message": "?topic=kept", "/bans": "?address=192.0.2.1"}
BODIES = {"/publish": {"topic": "a", "payload": "x"}, "/log/level": {"level": "info"}}
LAST = ("delete", "/client")


def document_of(broker):
    status, headers, body = get(broker, "/api/v1/openapi.json")
    assert status == 200 and headers["content-type"] == "application/json", (status, headers)
    return json.loads(body)


def operations(document):
    found = [(method, path) for path, item in document["paths"].items() for method in item]
    return sorted(found, key=lambda each: (each[0] == "delete", each == LAST, each))


def is_stream(operation):
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


def here(broker, document):
    """The operations whose path is a route of this broker."""
    for method, path in operations(document):
        if get(broker, f"/api/v1{path}{QUERIES.get(path, '')}")[0] != 404:
            yield method, path, document["paths"][path][method]


def test_it_is_well_formed():
    with made() as broker:
        document = document_of(broker)
        text = json.dumps(document)
        assert document["openapi"].startswith("3.1.")
        for name in document["components"]["schemas"]:
            assert f'"#/components/schemas/{name}"' in text or name in ("LogLine", "TracedPacket"), f"{name}: unused"
        for path, item in document["paths"].items():
            for method, operation in item.items():
                assert set(operation["responses"]) & {"200", "202", "204"}, (method, path)


def check_answer(document, operation, status, headers, body, what):
    assert str(status) in operation["responses"], (what, status, body)
    answer = operation["responses"][str(status)]
    answer = schema.resolve(document, answer["$ref"]) if "$ref" in answer else answer
    content = answer.get("content", {})
    if not content:
        assert body == b"", (what, body)
        return
    assert headers["content-type"] in content, (what, headers)
    wrong = list(schema.faults(document, content[headers["content-type"]]["schema"], json.loads(body)))
    assert not wrong, (what, wrong)


def set_up(broker):
    """Something of everything; returns what must stay connected."""
    for _ in range(3):
        banned = Client(broker, 5)
        banned.send(b"PROXY TCP4 192.0.2.1 192.0.2.1 1 2\r\n" + p.connect("x", username="melon", password="wrong"))
        banned.next_packet()
        banned.close()
    login = {"username": "melon", "password": "right"}
    clients = [connect(broker, "one", will=p.will("w", b""), **login), connect(broker, "other", **login)]
    clients[0].subscribe("#", "$share/g/a", qos=1)
    clients[0].publish("kept", b"x", retain=True, qos=1, properties={"user_property": [("a", "b")]})
    with Events(broker, "/events") as stream:
        assert stream.begin() == 200
        stream.wait("sample")
    return clients


def made_with_bans():
    broker = made(plugins=[ledger(default="allow", users={"melon": {"password": hashed("right")}})],
                  limits={"login": {"failures": 3, "ban": "1h"}}, top={"stats": {"plugin_times": True}})
    broker.arguments["listeners"][0]["proxy"] = {"from": ["127.0.0.1"], "required": False}
    return broker


def test_real_answers_are_as_described():
    with made_with_bans() as broker:
        document = document_of(broker)
        kept = set_up(broker)
        for method, path, operation in here(broker, document):
            if is_stream(operation):
                continue
            query = "?topic=kept" if (method, path) == ("delete", "/retained") else QUERIES.get(path, "")
            body = json.dumps(BODIES[path]).encode() if "requestBody" in operation else b""
            status, headers, answer = get(broker, f"/api/v1{path}{query}", method=method.upper(),
                                          headers=headers_of(TOKEN), body=body)
            check_answer(document, operation, status, headers, answer, (method, path))
            assert status in (200, 202, 204), (method, path, status, answer)
        assert kept


def test_events_are_as_described():
    with made() as broker, Events(broker, "/events") as stream:
        document = document_of(broker)
        assert stream.begin() == 200
        for name, kind in (("log", "LogLine"), ("sample", "Sample")):
            wrong = list(schema.faults(document, document["components"]["schemas"][kind], stream.wait(name)))
            assert not wrong, (name, wrong)


def test_who_may_ask():
    """Without a token, with a wrong one, and with one that may only read; in this order, so that nothing happens."""
    with made() as broker:
        document = document_of(broker)
        for method, path, operation in here(broker, document):
            if operation.get("security") == []:
                continue
            url = f"/api/v1{path}{QUERIES.get(path, '')}"
            for token in (None, "", "wrong-wrong-wrong-wrong", TOKEN[:-1], TOKEN + "x"):
                status, headers, body = get(broker, url, method=method.upper(), headers=headers_of(token))
                assert status == 401 and headers["www-authenticate"] == "Bearer", (method, path, token, status)
                check_answer(document, operation, status, headers, body, (method, path))
            status, headers, body = get(broker, url, method=method.upper(),
                                        headers=[*headers_of(TOKEN), "Origin: http://elsewhere"])
            assert status == 403, (method, path, status)
            if method != "get":
                assert get(broker, url, method=method.upper(), headers=headers_of(READ_TOKEN))[0] == 403, (method, path)
        assert ok(broker, "GET", "/status")
