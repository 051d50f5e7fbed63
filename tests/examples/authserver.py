"""The HTTP server that webhook asks: what it does with a request is the user name in it."""

import http.server
import json
import socket
import struct
import threading
import time

from lib import scaled


class AuthServer:
    """Answers on a free port until it is closed; use as a context manager."""

    def __init__(self):
        self.bodies = []  # of the requests, parsed
        self.headers = []
        self.connections = 0
        self._changed = threading.Condition()
        self._released = threading.Event()  # "hang" waits for it
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/auth?from=mqtt"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def release(self):
        """What hangs is answered with 200."""
        self._released.set()

    def wait_requests(self, count):
        """So many requests have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.bodies) >= count, scaled(10)), \
                f"{len(self.bodies)} requests of {count}"

    # Called by the handler's threads.

    def connected(self):
        with self._changed:
            self.connections += 1

    def heard(self, body, headers):
        with self._changed:
            self.bodies.append(body)
            self.headers.append(headers)
            self._changed.notify_all()

    def hang(self):
        self._released.wait(scaled(60))


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """The broker may go at any moment."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def setup(self):
        super().setup()
        self.server.owner.connected()

    def log_message(self, *_):
        """Nothing to standard error."""

    def do_POST(self):
        assert self.path == "/auth?from=mqtt", self.path
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.owner.heard(body, dict(self.headers))
        act = getattr(self, f"do_{body['username']}", self.do_allow)
        act()

    def _answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_allow(self):
        self._answer(200, b"welcome")

    def do_last(self):
        """The connection ends, unannounced."""
        self.do_allow()
        self.close_connection = True

    def do_delay(self):
        time.sleep(0.005)
        self.do_allow()

    def do_hang(self):
        self.server.owner.hang()
        self.do_allow()

    def do_error(self):
        self._answer(500)

    def do_created(self):
        self._answer(201)

    def do_moved(self):
        self._answer(302, Location="/auth?from=mqtt")

    def do_endless(self):
        self._answer(200, b"x" * 1_000_000)

    def do_garbage(self):
        self.wfile.write(b"\x00\xff this is no HTTP\r\n\r\n")
        self.close_connection = True

    def do_cut(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        self.close_connection = True

    def do_reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


for code in (400, 401, 403, 404, 499):
    setattr(_Handler, f"do_{code}", lambda self, status=code: self._answer(status))
