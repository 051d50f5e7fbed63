"""A WebSocket on a blocking socket, seen from a client: frames as RFC 6455 has them, or as it forbids them; and the
handshake. It stands in for the socket of a Client: what is sent goes out as binary frames."""

import base64
import hashlib
import os

from . import client as mqtt

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FRAME_MOST = 1 << 20
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload, opcode=BINARY, final=True, masked=True, length=None, reserved=0):
    """One frame of a client. `length`: what the header claims, as many bytes as it is given (1, 2 or 8 bytes)."""
    header = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    size = len(payload) if length is None else length
    flag = 0x80 if masked else 0
    if size < 126:
        header += bytes([flag | size])
    elif size < 1 << 16:
        header += bytes([flag | 126]) + size.to_bytes(2, "big")
    else:
        header += bytes([flag | 127]) + size.to_bytes(8, "big")
    if not masked:
        return header + payload
    mask = os.urandom(4)
    key = int.from_bytes((mask * (len(payload) // 4 + 1))[:len(payload)], "big")
    return header + mask + (int.from_bytes(payload, "big") ^ key).to_bytes(len(payload), "big")


class Refused(Exception):
    """The handshake was answered with another status, or not at all (status None)."""

    def __init__(self, status, headers):
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers


class WebSocket:
    """Connected and through the handshake, unless it raises Refused."""

    def __init__(self, sock, path="/mqtt", protocols="mqtt", origin=None, headers=(), upgrade="websocket"):
        self.socket = sock
        self.close_code = None
        self.pongs = []
        self._buffer = bytearray()
        self._fragments = []
        self.protocol = self._handshake(path, protocols, origin, headers, upgrade)

    def _handshake(self, path, protocols, origin, headers, upgrade):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", f"Upgrade: {upgrade}", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}"]
        if not any(each.lower().startswith("sec-websocket-version") for each in headers):
            lines.append("Sec-WebSocket-Version: 13")
        if protocols:
            lines.append(f"Sec-WebSocket-Protocol: {protocols}")
        if origin:
            lines.append(f"Origin: {origin}")
        self.socket.sendall("\r\n".join([*lines, *headers, "", ""]).encode())
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                raise Refused(None, {})
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        self._buffer = bytearray(rest)
        status, *fields = head.decode().split("\r\n")
        answer = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}
        code = int(status.split()[1])
        if code != 101:
            raise Refused(code, answer)
        expected = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert answer["sec-websocket-accept"] == expected, answer
        assert "sec-websocket-extensions" not in answer, answer
        return answer.get("sec-websocket-protocol")

    def _more(self):
        try:
            received = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self._buffer += received
        return bool(received)

    def read_frame(self):
        """(opcode, final, payload) of the next frame; None at the end of the connection."""
        while True:
            view = self._buffer
            if len(view) >= 2:
                assert not view[1] & 0x80, "a server masks nothing"
                assert not view[0] & 0x70, "nothing was agreed on that would use these bits"
                more = {126: 2, 127: 8}.get(view[1], 0)
                size = int.from_bytes(view[2:2 + more], "big") if more else view[1]
                end = 2 + more + size
                if len(view) >= 2 + more and len(view) >= end:
                    opcode, final, payload = view[0] & 15, bool(view[0] & 0x80), bytes(view[2 + more:end])
                    del self._buffer[:end]
                    return opcode, final, payload
            if not self._more():
                return None

    # -- as a socket --

    def sendall(self, data):
        """As one frame, or as many as the usual limit of a listener makes of it."""
        for at in range(0, max(len(data), 1), FRAME_MOST):
            self.socket.sendall(frame(bytes(data[at:at + FRAME_MOST])))

    def send(self, data):
        """The beginning of it in one frame; after a time-out nothing more can be sent."""
        part = bytes(data[:64 << 10])
        self.socket.sendall(frame(part))
        return len(part)

    def recv(self, _size):
        """The payload of the next binary frame; empty once the server has closed, which is answered."""
        while True:
            next_frame = self.read_frame()
            if next_frame is None:
                return b""
            opcode, _, payload = next_frame
            if opcode == CLOSE:
                self.close_code = int.from_bytes(payload[:2], "big") if payload else None
                try:
                    self.socket.sendall(frame(payload[:2], CLOSE))
                except OSError:
                    pass
                return b""
            if opcode == PING:
                self.socket.sendall(frame(payload, PONG))
            elif opcode == PONG:
                self.pongs.append(payload)
            else:
                assert opcode in (BINARY, CONTINUATION), f"a frame of type {opcode}"
                if payload:
                    return payload

    def __getattr__(self, name):
        return getattr(self.socket, name)


class WebSocketClient(mqtt.Client):
    """A Client over a WebSocket listener, by default the one of the name "ws"."""

    def __init__(self, broker, version=5, listener="ws", receive_bytes=None, tls=None, **handshake):
        super().__init__(broker, version, listener, receive_bytes, tls, websocket=False)
        self.socket = WebSocket(self.socket, **handshake)

    def expect_close_code(self, code):
        """The server closes with this code."""
        self.expect_closed()
        assert self.socket.close_code == code, f"{self.name}: closed with {self.socket.close_code}, not {code}"


def connect(broker, client_id="", version=5, listener="ws", handshake=None, tls=None, **arguments):
    """A connected WebSocketClient, as lib.connect."""
    client = WebSocketClient(broker, version, listener, tls=tls, **(handshake or {}))
    client.connack = client.connect(client_id, **arguments)
    return client
