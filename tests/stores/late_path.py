"""A network path to a server on which bytes may be late: they were sent, and come when the sender has given up."""

import socket
import threading

from lib import scaled

BYTES = 65536


class _Link:
    """One connection over the path."""

    def __init__(self, path, client):
        self.path = path
        self.client = client
        self.server = socket.create_connection(("127.0.0.1", path.port_of_server))
        self.held = None  # bytes on their way; None: they go on at once
        self.answered = threading.Event()
        for target in (self._carry_up, self._carry_down):
            threading.Thread(target=target, daemon=True).start()

    def _carry_up(self):
        while data := self.client.recv(BYTES):
            self.path.before(self, data)
            with self.path.lock:
                if self.held is not None:
                    self.held += data
                    continue
            self.server.sendall(data)
        if self.held is None:
            self.server.close()

    def _carry_down(self):
        try:
            while data := self.server.recv(BYTES):
                self.answered.set()
                self.client.sendall(data)
        except OSError:
            pass  # one side is gone


class LatePath:
    """Use as a context manager; `address` leads to the port of the server."""

    def __init__(self, port_of_server):
        self.port_of_server = port_of_server
        self.lock = threading.Lock()
        self.links = []
        self._before_word = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        try:
            while True:
                self.links.append(_Link(self, self._listener.accept()[0]))
        except OSError:
            pass  # closed

    def hold(self):
        """What comes over the connections that there are stays on its way."""
        with self.lock:
            for link in self.links:
                link.held = b""

    def deliver(self):
        """What is on its way comes in, and is answered by the server."""
        late = [link for link in self.links if link.held]
        assert late, "nothing is on its way"
        for link in late:
            link.answered.clear()
            link.server.sendall(link.held)
            assert link.answered.wait(scaled(5)), "no answer to what came late"

    def deliver_before(self, word):
        """As deliver, just before the next bytes with this word go on."""
        self._before_word = word

    def before(self, link, data):
        if self._before_word is None or link.held is not None or self._before_word not in data:
            return
        self._before_word = None
        self.deliver()
