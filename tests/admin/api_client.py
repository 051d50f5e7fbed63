"""The operator's API as tests ask it."""

import json

from lib import Broker
from lib.http import Http, get

TOKEN, READ_TOKEN = "may-do-everything-0123", "may-only-look-4567890"


def made(listeners=(), top=None, **arguments):
    """A broker with a tcp listener and the API on an http listener, not started yet."""
    return Broker(listeners=[{"id": "tcp"}, {"id": "http", "type": "http"}, *listeners],
                  top={"admin": {"token": TOKEN, "read_token": READ_TOKEN}, **(top or {})}, **arguments)


def headers_of(token):
    return [f"Authorization: Bearer {token}"] if token else []


def ask(broker, method, path, body=None, token=TOKEN, raw=None):
    """(status, JSON) of one request; None for an answer without a body. The body is sent as JSON, or `raw`."""
    data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    status, headers, answer = get(broker, "/api/v1" + path, method=method, headers=headers_of(token), body=data)
    if status == 204:
        assert not answer
        return status, None
    assert headers["content-type"] == "application/json" and headers["cache-control"] == "no-store", headers
    return status, json.loads(answer)


def ok(broker, method, path, body=None, status=200, **arguments):
    """The JSON of an answer that must have this status."""
    found, answer = ask(broker, method, path, body, **arguments)
    assert found == status, (method, path, found, answer)
    return answer


class Events(Http):
    """A stream of events; a context manager."""

    def __init__(self, broker, path, token=TOKEN):
        super().__init__(broker)
        lines = [f"GET /api/v1{path} HTTP/1.1", "Host: localhost", *headers_of(token), "", ""]
        self.send("\r\n".join(lines).encode())

    def begin(self):
        """The status; of a stream, next() gives what follows."""
        while b"\r\n\r\n" not in self._buffer:
            assert self._more(), f"closed after {self._buffer!r}"
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        if status == 200:
            assert b"content-type: text/event-stream" in head.lower(), head
        return status

    def next(self):
        """(name, data) of the next event; comments have the name None."""
        while b"\n\n" not in self._buffer:
            assert self._more(), f"closed after {self._buffer!r}"
        text, _, self._buffer = self._buffer.partition(b"\n\n")
        if text.startswith(b":"):
            return None, text
        name, data = text.split(b"\n")
        assert name.startswith(b"event: ") and data.startswith(b"data: "), text
        return name[7:].decode(), json.loads(data[6:])

    def wait(self, name, accept=lambda data: True):
        """The data of the next event of that name that is accepted."""
        while True:
            found, data = self.next()
            if found == name and accept(data):
                return data
