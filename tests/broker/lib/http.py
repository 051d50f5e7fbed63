"""HTTP/1.1 on a raw socket, as little of it as the tests need."""

import socket

from .client import DEADLINE_S, scaled, start_tls


class Http:
    """One connection; a context manager."""

    def __init__(self, broker, listener="http", tls=None, source=None):
        self.socket = socket.create_connection(("127.0.0.1", broker.ports[listener]), timeout=scaled(DEADLINE_S),
                                               source_address=(source, 0) if source else None)
        if tls is not None:
            self.socket = start_tls(self.socket, **tls)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def reset(self):
        """Closes the socket with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def _more(self):
        received = self.socket.recv(65536)
        self._buffer += received
        return bool(received)

    def answer(self, method):
        """(status, headers by their names in lower case, body) of the answer to a request of that method."""
        while b"\r\n\r\n" not in self._buffer:
            assert self._more(), f"closed after {self._buffer!r}"
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}
        size = 0 if method == "HEAD" else int(headers.get("content-length", 0))
        while len(self._buffer) < size:
            assert self._more(), f"closed after {len(self._buffer)} of {size} bytes"
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        return int(status.split()[1]), headers, body

    def ask(self, method, path, headers=(), body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode() + body)
        return self.answer(method)

    def rest(self):
        """All bytes until the server closes."""
        while self._more():
            pass
        return self._buffer

    def at_end(self):
        """The server closes without another byte."""
        return not self._buffer and not self._more()


def get(broker, path, listener="http", method="GET", tls=None, **arguments):
    """The answer to one request on a connection of its own."""
    with Http(broker, listener, tls) as http:
        return http.ask(method, path, **arguments)
