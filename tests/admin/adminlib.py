"""What the tests of the operator's API share: tokens, requests, and streams of events."""

import json
from urllib.parse import quote

from lib import Broker, scaled
from lib.http import Http

TOKEN = "write-token-0123456789"
READ_TOKEN = "read-token-0123456789"
API = "/api/v1"
LISTENERS = [{"id": "tcp"}, {"id": "http", "type": "http"}]


def with_admin(top=None, listeners=None, **arguments):
    """The arguments of a Broker with both tokens."""
    admin = {"token": TOKEN, "read_token": READ_TOKEN}
    return dict(listeners=listeners or LISTENERS, top={"admin": admin, **(top or {})}, **arguments)


def admin_broker(**arguments):
    return Broker(**with_admin(**arguments))


def bearer(token):
    return [f"Authorization: Bearer {token}"] if token else []


def query(**parameters):
    """Percent-encoded, spaces and '+' too."""
    given = [f"{name}={quote(str(value), safe='')}" for name, value in parameters.items() if value is not None]
    return "?" + "&".join(given) if given else ""


class Api:
    """Requests on one connection, with a token."""

    def __init__(self, broker, token=TOKEN, listener="http"):
        self.broker, self.token, self.listener = broker, token, listener
        self.http = Http(broker, listener)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.http.socket.close()

    def ask(self, method, path, body=None, headers=(), **parameters):
        """(status, JSON or None)."""
        if method == "GET":
            body = b""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if method in ("POST", "PUT") and not data:
            headers = [*headers, "Content-Length: 0"]
        status, fields, answer = self._raw(method, API + path + query(**parameters), headers, data)
        if answer:
            assert fields["content-type"] == "application/json", fields
            return status, json.loads(answer)
        return status, None

    def _raw(self, method, path, headers, data):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *bearer(self.token), *headers]
        if data:
            lines.append(f"Content-Length: {len(data)}")
        self.http.send("\r\n".join([*lines, "", ""]).encode() + data)
        return self._answer(method)

    def _answer(self, method):
        status, fields, body = answer(self.http, method)
        if fields.get("connection", "").lower() == "close":
            self.http.socket.close()
            self.http = Http(self.broker, self.listener)
        return status, fields, body

    def get(self, path, **parameters):
        status, answer_json = self.ask("GET", path, **parameters)
        assert status == 200, (path, status, answer_json)
        return answer_json

    def client(self, client_id):
        return self.get("/client", id=client_id)


def answer(http, method):
    """As Http.answer, for answers that have no body and no length too."""
    while b"\r\n\r\n" not in http._buffer:
        assert http._more(), f"closed after {http._buffer!r}"
    head = http._buffer.partition(b"\r\n\r\n")[0]
    if b"content-length" in head.lower() and method != "HEAD":
        return http.answer(method)
    status, *fields = head.decode().split("\r\n")
    http._buffer = http._buffer[len(head) + 4:]
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}
    return int(status.split()[1]), headers, b""


class Events:
    """A stream of server-sent events; a context manager."""

    def __init__(self, broker, path, token=TOKEN, **parameters):
        self.http = Http(broker)
        lines = [f"GET {API}{path}{query(**parameters)} HTTP/1.1", "Host: localhost", *bearer(token), "", ""]
        self.http.send("\r\n".join(lines).encode())
        self.status, self.headers, _ = answer(self.http, "GET")

    def __enter__(self):
        assert self.status == 200, self.status
        assert self.headers["content-type"] == "text/event-stream", self.headers
        return self

    def __exit__(self, *error):
        self.http.socket.close()

    def next(self):
        """(event, data) of the next one; None at the end of the stream."""
        self.http.socket.settimeout(scaled(20))
        while b"\n\n" not in self.http._buffer:
            if not self.http._more():
                return None
        text, _, self.http._buffer = self.http._buffer.partition(b"\n\n")
        fields = dict(line.split(": ", 1) for line in text.decode().split("\n"))
        return fields["event"], json.loads(fields["data"])
