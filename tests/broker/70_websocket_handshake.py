"""The handshake: the sub-protocol is one of ours, the path and the Origin are those of the listener, nothing else is
upgraded.  [MQTT-6.0.0-3] [MQTT-6.0.0-4]"""

import socket

from lib import packets as p
from lib import websocket as ws

SIGNS = "/.a/b..c/~!$'()*,=:@-_/d/"  # all that check takes

config = dict(listeners=[{"id": "ws", "type": "ws"},
                         {"id": "strict", "type": "ws", "path": "/deep/er", "origins": ["https://good.example:8443"]},
                         {"id": "signs", "type": "ws", "path": SIGNS},
                         {"id": "http", "type": "http"}])


def refusal(broker, listener="ws", **handshake):
    try:
        ws.WebSocketClient(broker, listener=listener, **handshake)
    except ws.Refused as refused:
        return refused.status
    raise AssertionError("not refused")


def plain(broker, request):
    """The answer to some bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", broker.ports["ws"]), timeout=20) as sock:
        sock.sendall(request)
        answer = b""
        while received := sock.recv(65536):
            answer += received
    return answer


def test_protocols(broker):
    for offered, chosen in (("mqtt", "mqtt"), ("mqttv3.1", "mqttv3.1"), ("chat, mqtt", "mqtt"),
                            ("mqttv3.1, mqtt", "mqttv3.1")):
        client = ws.connect(broker, f"offers {offered}", handshake={"protocols": offered})
        assert client.socket.protocol == chosen, (offered, client.socket.protocol)
        client.disconnect()


def test_every_sign_of_a_path(broker):
    client = ws.connect(broker, "signs", listener="signs", handshake={"path": SIGNS})
    client.ping()


def test_no_protocol_offered_is_accepted(broker):
    client = ws.connect(broker, "offers none", handshake={"protocols": None})
    assert client.socket.protocol is None, client.socket.protocol
    client.ping()


def test_foreign_protocols_are_refused(broker):
    assert refusal(broker, protocols="chat") == 400
    assert refusal(broker, protocols="mqttish, xmqtt") == 400


def test_protocols_of_the_broker_itself_cannot_be_chosen(broker):
    """Whatever stands before ours in the list, the connection is one of MQTT, or there is none."""
    for name in ("accept", "refused", "http", "raw", "default", "http-only"):
        assert refusal(broker, protocols=name) == 400, name
        client = ws.connect(broker, f"after {name}", handshake={"protocols": f"{name}, mqtt"})
        assert client.socket.protocol == "mqtt", (name, client.socket.protocol)
        client.ping()
    for offered in ("accepts connections, mqtt", "mqtt, was refused", "accepts\tconnections, mqtt", "was refused",
                    "mqtt/was refused", '"was refused", mqtt', "mqtt;q=1", "mqtt=x, mqtt", "mqtt accept", ",", ", ,"):
        assert refusal(broker, protocols=offered) == 400, offered


def test_an_http_listener_chooses_none(broker):
    for offered in ("mqtt", "accept", "refused, mqtt", "accepts connections", None):
        for path in ("/mqtt", "/healthz"):
            assert refusal(broker, "http", path=path, protocols=offered) == 400, (path, offered)


def test_path(broker):
    assert refusal(broker, path="/") == 404
    assert refusal(broker, path="/mqtt/more") == 404
    assert refusal(broker, "strict", path="/mqtt") == 404
    ws.connect(broker, "query", handshake={"path": "/mqtt?token=1"}).ping()
    ws.connect(broker, "deep", listener="strict", handshake={"path": "/deep/er"}).ping()


def test_origin(broker):
    strict = {"path": "/deep/er"}
    assert refusal(broker, "strict", origin="https://evil.example", **strict) == 403
    assert refusal(broker, "strict", origin="https://good.example", **strict) == 403
    assert refusal(broker, "strict", origin="null", **strict) == 403
    ws.connect(broker, "o1", listener="strict", handshake={"origin": "https://good.example:8443", **strict}).ping()
    ws.connect(broker, "o2", listener="strict", handshake={"origin": "HTTPS://Good.Example:8443", **strict}).ping()
    ws.connect(broker, "o3", handshake={"origin": "https://any.example"}).ping()


def test_version(broker):
    assert refusal(broker, headers=["Sec-WebSocket-Version: 8"]) == 426


def test_extensions_are_declined(broker):
    ws.connect(broker, "deflates", handshake={"headers": ["Sec-WebSocket-Extensions: permessage-deflate"]}).ping()


def test_the_upgrade_is_named_in_any_case(broker):
    """RFC 6455, 4.2.1."""
    for name in ("WebSocket", "WEBSOCKET", "websocket"):
        ws.connect(broker, name, handshake={"upgrade": name}).ping()


def test_plain_http(broker):
    assert plain(broker, b"GET /mqtt HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 426 ")
    assert plain(broker, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 404 ")


def test_no_http_at_all(broker):
    """Bytes of MQTT, TLS or nobody's are no request."""
    for garbage in (p.connect("not http"), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"\0" * 5000,
                    b"A" * 100_000):
        try:
            assert b" 101 " not in plain(broker, garbage + b"\r\n\r\n")
        except (ConnectionResetError, BrokenPipeError):
            pass
    ws.connect(broker, "after garbage").ping()


def test_an_upgrade_to_something_else(broker):
    answer = plain(broker, b"GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert b" 101 " not in answer, answer


def test_half_handshakes_hold_nobody_up(broker):
    idle = []
    for number in range(40):
        sock = socket.create_connection(("127.0.0.1", broker.ports["ws"]), timeout=20)
        sock.sendall(b"GET /mqtt HTTP/1.1\r\nHost: x\r\n"[:number])
        idle.append(sock)
    ws.connect(broker, "past the half ones").ping()
    for sock in idle:
        sock.settimeout(30)
        try:
            while sock.recv(1000):
                pass
        except ConnectionResetError:
            pass
        sock.close()
