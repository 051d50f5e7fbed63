"""A server with the shapes of the admin API and none of its meaning, over http, https and a unix socket: what `grapnel
ctl` meets in tests, also when what answers there is hostile."""

import base64
import http.server
import json
import pathlib
import socket
import socketserver
import ssl
import tempfile
import threading
import urllib.parse

TOKEN = "a-token-of-the-tests"
READ_TOKEN = "a-token-that-may-only-read"
NOW_MS = 1_790_000_000_000
GONE = object()  # an answer that ends the connection instead


def client(identifier, **more):
    shape = {"id": identifier, "username": None, "connected": True, "listener": "tcp", "address": "127.0.0.1:50000",
             "version": 5, "connected_ms": NOW_MS - 90_000, "disconnected_ms": None, "keepalive_s": 60,
             "clean_start": True, "session_expiry_s": 0, "subscriptions": 1, "inflight": 0, "queued": 0,
             "queued_bytes": 0}
    return {**shape, **more}


def details(shape):
    traffic = {"packets": 4, "messages": 2, "bytes": 4096}
    return {**shape, "will": {"topic": "gone/a", "qos": 1, "retain": True, "delay_s": 30}, "subscription_list": [
        {"filter": "a/#", "qos": 1, "no_local": False, "retain_as_published": False, "retain_handling": 0,
         "identifier": None}], "inflight_list": [
             {"packet_id": 7, "topic": "a/b", "qos": 1, "state": "puback_awaited", "size_bytes": 2048},
             {"packet_id": 8, "topic": None, "qos": 2, "state": "pubcomp_awaited", "size_bytes": 0}], "queue_list": [],
            "received": traffic, "sent": traffic, "rates": None, "dropped": {"queue_full": 3}, "output_bytes": 0,
            "tls": None, "trace": False}


STATUS = {"version": "0.1.0", "started_ms": NOW_MS - 3_723_000, "now_ms": NOW_MS, "workers": 2, "plugins": 1,
          "clients_connected": 2, "sessions": 3, "subscriptions": 4, "retained": 2, "queued": 5, "inflight": 6,
          "messages_received": 123456789, "messages_sent": 7, "bytes_received": 3 << 20, "bytes_sent": 9,
          "dropped": {"queue_full": 2}, "memory_bytes": 64 << 20, "store_failing": False, "log_level": "info",
          "read_only": False}
PLUGIN = {"id": "auth", "name": "auth-ledger", "version": "1.0", "abi": "1.0", "file": "/x/a.so",
          "source": "grapnel.toml:3", "required": True, "phase": "running", "since_ms": NOW_MS, "failure": None,
          "concurrent": True, "calls": 42, "time_ns": 118_000, "failures": 0, "timeouts": 0, "deferred": 1,
          "outstanding": 0, "events": [
              {"event": "authenticate", "calls": 30, "time": {"calls": 30, "total_ns": 84_000, "max_ns": 9_000,
                                                              "p50_ns": 2_000, "p99_ns": 8_500}},
              {"event": "connect", "calls": 12, "time": {"calls": 12, "total_ns": 34_000, "max_ns": 9_000,
                                                         "p50_ns": 2_000, "p99_ns": 8_500}},
              {"event": "acl_publish", "calls": 0, "time": None}],
          "reload": {"result": "refused", "why": "a fault", "at_ms": NOW_MS}}


def sample(second, **more):
    shape = {"time_ms": NOW_MS + 1000 * second, "messages_received": 1000 * second, "messages_sent": 3000 * second,
             "bytes_received": 2048 * second, "bytes_sent": 4096 * second, "dropped": second, "clients_connected": 2,
             "queued": 5, "inflight": 6,
             "loop_lag_p99_us": 249.6, "latency": {"p50_us": 40, "p95_us": 90, "p99_us": 120},
             "memory_bytes": 64 << 20}
    return {**shape, **more}


def event(name, data):
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def address_string(self):
        return "test"

    def handle_any(self):
        admin = self.server.admin
        size = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(size)
        url = urllib.parse.urlsplit(self.path)
        path = url.path
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        call = {"method": self.command, "path": path, "query": query, "headers": dict(self.headers), "raw": self.path,
                "body": json.loads(body) if body else None}
        admin.calls.append(call)
        raw = admin.raw.get((self.command, path.removeprefix("/api/v1")))
        if raw is not None:
            self.close_connection = True
            raw(self)
            return
        token = self.headers.get("authorization", "")
        if token not in (f"Bearer {TOKEN}", f"Bearer {READ_TOKEN}"):
            self.answer(401, {"error": "no token, or a wrong one"})
        elif self.command != "GET" and token.endswith(READ_TOKEN):
            self.answer(403, {"error": "this token may only read"})
        else:
            admin.route(self, self.command, path.removeprefix("/api/v1"), query, call["body"])

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def answer(self, status, shape=None):
        text = b"" if shape is None else json.dumps(shape, ensure_ascii=False).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def stream(self, pieces):
        """Server-sent events; the last piece may be an Event, which is waited for before the stream ends."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            if isinstance(piece, threading.Event):
                piece.wait(60)
                continue
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, address, admin, context=None, family=socket.AF_INET):
        self.address_family = family
        self.admin = admin
        self.context = context
        super().__init__(address, Handler)

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "test", 0

    def get_request(self):
        connection, address = super().get_request()
        return connection, address or ("test", 0)

    def finish_request(self, request, client_address):
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        pass  # of clients that end, or do not trust the certificate


class FakeAdmin:
    """Serves until it is closed. `calls` is what was asked, `raw` has the answers that are no good ones: functions of
    a Handler by (method, path)."""

    def __init__(self, certificate=None, client_authority=None):
        self.calls, self.raw = [], {}
        self.folder = tempfile.TemporaryDirectory(prefix="grapnel-")
        self.clients = [client("a", username="melon"), client("b"), client("c", connected=False, listener=None,
                                                                            address=None, disconnected_ms=NOW_MS)]
        self.retained = {"a/b": b"good morning", "bin": b"\x00\xff\x1b[31m"}
        self.subscriptions = [{"filter": "a/#", "subscribers": 2}, {"filter": "b/+", "subscribers": 1,
                                                                    "shared_group": "workers"}]
        self.bans = [{"address": "10.0.0.1", "until_ms": NOW_MS + 60_000, "failures": 5}]
        self.plugins = [PLUGIN]
        self.log_level = "info"
        self.page = 2  # clients in an answer
        self.traced = set()
        self.events = [event("log", {"time_ms": NOW_MS, "level": "info", "module": "server", "text": "ready"}),
                       *(event("sample", sample(second)) for second in (1, 2, 3))]
        self.packets = [event("packet", {"time_ms": NOW_MS, "direction": "in", "packet": "PUBLISH", "size_bytes": 20,
                                         "text": "topic=a/b"})]
        self.ends_streams = threading.Event()
        self.ends_streams.set()
        self.unix_path = str(pathlib.Path(self.folder.name) / "admin.sock")
        self.servers = [Server(("127.0.0.1", 0), self), Server(self.unix_path, self, family=socket.AF_UNIX)]
        self.url = f"http://127.0.0.1:{self.servers[0].socket.getsockname()[1]}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            if client_authority:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(client_authority)
            self.servers.append(Server(("127.0.0.1", 0), self, context))
            self.port_tls = self.servers[2].socket.getsockname()[1]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ends_streams.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.folder.cleanup()

    def asked(self, method, path):
        """The last call of that kind."""
        return [call for call in self.calls if (call["method"], call["path"]) == (method, "/api/v1" + path)][-1]

    def route(self, handler, method, path, query, body):
        names = path.strip("/").split("/")
        serve = getattr(self, f"{method.lower()}_{names[0]}", None)
        if serve is None:
            handler.answer(404, {"error": "no such thing"})
        else:
            serve(handler, names[1:], query, body)

    def get_status(self, handler, *_):
        handler.answer(200, {**STATUS, "log_level": self.log_level})

    def get_listeners(self, handler, *_):
        handler.answer(200, {"listeners": [
            {"id": "tcp", "type": "tcp", "address": "127.0.0.1:1883", "tls": False, "clients": 2,
             "maximum_clients": 0, "state": "open"}]})

    def get_clients(self, handler, _, query, __):
        rest = [each for each in self.clients if each["id"] > query.get("after", "")]
        page = rest[:min(self.page, int(query["limit"]))]
        handler.answer(200, {"clients": page, "next": page[-1]["id"] if len(rest) > len(page) else None})

    def get_client(self, handler, names, query, _):
        if names == ["trace"]:
            handler.stream([*self.packets, self.ends_streams])
            return
        found = [each for each in self.clients if each["id"] == query["id"]]
        if found:
            handler.answer(200, {**details(found[0]), "trace": query["id"] in self.traced})
        else:
            handler.answer(404, {"error": "there is no such client"})

    def is_client(self, handler, query):
        known = any(each["id"] == query["id"] for each in self.clients)
        handler.answer(204) if known else handler.answer(404, {"error": "there is no such client"})

    def post_client(self, handler, _, query, __):
        self.is_client(handler, query)

    def put_client(self, handler, _, query, __):
        self.traced.add(query["id"])
        handler.answer(204)

    def delete_client(self, handler, names, query, _):
        if names == ["trace"]:
            self.traced.discard(query["id"])
            handler.answer(204)
        else:
            self.is_client(handler, query)

    def post_publish(self, handler, *_):
        handler.answer(202, {})

    def get_retained(self, handler, names, query, _):
        if not names:
            handler.answer(200, {"retained": [{"topic": topic, "size_bytes": len(payload), "qos": 1,
                                               "stored_ms": NOW_MS} for topic, payload in self.retained.items()],
                                 "next": None})
            return
        payload = self.retained.get(query["topic"])
        if payload is None:
            handler.answer(404, {"error": "no message is retained there"})
            return
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            text = None
        handler.answer(200, {"topic": query["topic"], "size_bytes": len(payload), "qos": 1, "stored_ms": NOW_MS,
                             "expires_ms": None, "client_id": "melon", "payload": text,
                             "payload_base64": base64_text(payload[:1 << 20]), "truncated": len(payload) > 1 << 20,
                             "properties": {"content_type": "text/plain", "user_properties": [["k", "v"]]}})

    def delete_retained(self, handler, _, query, __):
        handler.answer(200, {"deleted": 1 if "topic" in query else len(self.retained)})

    def get_subscriptions(self, handler, *_):
        handler.answer(200, {"subscriptions": self.subscriptions, "next": None})

    def get_plugins(self, handler, *_):
        handler.answer(200, {"plugins": self.plugins})

    def post_reload(self, handler, *_):
        handler.answer(200, {"plugins": self.plugins})

    def get_log(self, handler, *_):
        handler.answer(200, {"level": self.log_level})

    def put_log(self, handler, _, __, body):
        self.log_level = body["level"]
        handler.answer(200, {"level": self.log_level})

    def get_bans(self, handler, *_):
        handler.answer(200, {"bans": self.bans})

    def delete_bans(self, handler, _, query, __):
        known = any(ban["address"] == query["address"] for ban in self.bans)
        handler.answer(204) if known else handler.answer(404, {"error": "that address is not banned"})

    def get_events(self, handler, *_):
        handler.stream([*self.events, self.ends_streams])


def base64_text(payload):
    return base64.b64encode(payload).decode()


def send_bytes(*pieces, wait=None):
    """A raw answer: these bytes, then perhaps a pause until the event, then the end of the connection."""
    def serve(handler):
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
        if wait:
            wait.wait(60)
    return serve


def main():
    with FakeAdmin() as admin:
        print(admin.url, "unix:" + admin.unix_path, "token", TOKEN, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
