"""A raw MQTT client on a blocking socket, one method a step. Nothing here sleeps: every wait is for bytes,
with a deadline. Clients are closed by the runner when the test function ends."""

import itertools
import os
import select
import socket
import time

from . import packets as p

TIME_SCALE = float(os.environ.get("GRAPNEL_TEST_TIME_SCALE", "1"))
DEADLINE_S = 20.0

open_clients = []
_barriers = itertools.count(1)


def scaled(seconds):
    """A deadline, longer on slow (sanitizer) builds. Never use it for the time that a test is about."""
    return seconds * TIME_SCALE


def over_websocket():
    """Do all clients of this run speak WebSocket? See run.py --websocket."""
    return bool(os.environ.get("GRAPNEL_TEST_WEBSOCKET"))


class Client:
    """One connection. `version` is 3, 4 or 5; all packets this client builds are of that version."""

    def __init__(self, broker, version=5, listener=None, receive_bytes=None, tls=None, websocket=None):
        """`broker` is a Broker, a port number or the path of a socket; `listener` is a listener id of that broker;
        `receive_bytes` is about how much the system takes for a client that does not read; `tls` is a dict for
        ssl.SSLContext.wrap_socket, with the context itself as `context`."""
        port = broker if isinstance(broker, (int, str)) else broker.ports[listener] if listener else broker.port
        self.version = version
        self.name = "?"
        self.trace = []
        self._buffer = bytearray()
        self._set_aside = []
        self._ids = itertools.cycle(range(1, 65536))
        self.socket = socket.socket(socket.AF_UNIX if isinstance(port, str) else socket.AF_INET)
        self.socket.settimeout(scaled(DEADLINE_S))
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(port if isinstance(port, str) else ("127.0.0.1", port))
        if not isinstance(port, str):
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.socket = start_tls(self.socket, **tls)
        if over_websocket() if websocket is None else websocket:
            from .websocket import WebSocket
            self.socket = WebSocket(self.socket)
        open_clients.append(self)

    # -- bytes --

    def send(self, data):
        self.trace.append((">", bytes(data[:80])))
        self.socket.settimeout(scaled(DEADLINE_S))
        self.socket.sendall(data)

    def close(self):
        """Closes the socket without DISCONNECT."""
        if self.socket.fileno() >= 0:
            self.socket.close()

    def reset(self):
        """Closes the socket with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def next_packet(self, deadline_s=None):
        """The next packet; None if the server closed the connection. Raises TimeoutError."""
        if self._set_aside:
            return self._set_aside.pop(0)
        return self._read_packet(deadline_s)

    def _read_packet(self, deadline_s=None):
        limit = time.monotonic() + scaled(DEADLINE_S if deadline_s is None else deadline_s)
        while True:
            parsed = p.parse(self._buffer, self.version)
            if parsed:
                packet, length = parsed
                del self._buffer[:length]
                self.trace.append(("<", packet))
                return packet
            self.socket.settimeout(max(limit - time.monotonic(), 0.001))
            try:
                received = self.socket.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                received = b""
            if not received:
                self.trace.append(("<", "closed"))
                if self._buffer:
                    raise p.ProtocolFault(f"closed in the middle of a packet: {bytes(self._buffer[:40]).hex(' ')}")
                return None
            self._buffer += received

    # -- expectations --

    def expect(self, kind, deadline_s=None, has=None, lacks=(), **fields):
        """The next packet must be of this type with these attributes. `has` is a dict of properties that it must
        carry with these values, `lacks` names of properties that it must not carry."""
        try:
            packet = self.next_packet(deadline_s)
        except TimeoutError:
            raise AssertionError(f"{self.name}: no {kind} {fields or ''} before the deadline") from None
        if packet is None:
            raise AssertionError(f"{self.name}: closed instead of {kind} {fields or ''}")
        wrong = []
        if packet.type != kind:
            wrong.append(f"type is {packet.type}")
        else:
            for name, value in fields.items():
                if isinstance(value, str) and name == "payload":
                    value = value.encode()
                if getattr(packet, name) != value:
                    wrong.append(f"{name} is {getattr(packet, name)!r}, not {value!r}")
            for name, value in (has or {}).items():
                if packet.properties.get(name) != value:
                    wrong.append(f"property {name} is {packet.properties.get(name)!r}, not {value!r}")
            for name in lacks:
                if name in packet.properties:
                    wrong.append(f"property {name} is there: {packet.properties[name]!r}")
        if wrong:
            raise AssertionError(f"{self.name}: expected {kind}, got {packet}: {'; '.join(wrong)}")
        return packet

    def expect_closed(self, deadline_s=None):
        """The server closes, with nothing more to read."""
        try:
            packet = self.next_packet(deadline_s)
        except TimeoutError:
            raise AssertionError(f"{self.name}: still open") from None
        assert packet is None, f"{self.name}: {packet} instead of a close"

    def expect_disconnect(self, *reasons, deadline_s=None):
        """Version 5: DISCONNECT with one of these reasons (any if none is given), then close. Before: close alone.
        Returns the DISCONNECT or None."""
        if self.version < 5:
            self.expect_closed(deadline_s)
            return None
        packet = self.expect("DISCONNECT", deadline_s)
        assert not reasons or packet.reason in reasons, f"{self.name}: {packet}, not {[hex(each) for each in reasons]}"
        self.expect_closed(deadline_s)
        return packet

    def expect_refused(self, reason, v3=None):
        """A CONNACK with this reason (`v3` for versions 3 and 4), session present 0, then close."""
        self.expect("CONNACK", reason=reason if self.version == 5 else v3, session_present=False)
        self.expect_closed()

    def expect_invalid(self, *reasons):
        """The answer to a CONNECT that breaks the format: version 5 gets a CONNACK with one of these reasons, versions
        3 and 4 nothing; then close."""
        if self.version == 5:
            connack = self.expect("CONNACK", session_present=False)
            assert connack.reason in reasons, f"{self.name}: {connack}, not {[hex(each) for each in reasons]}"
        self.expect_closed()

    def ping(self):
        """PINGREQ, and PINGRESP must be the very next packet: the server has handled all that was sent before,
        and has sent nothing else."""
        self.send(p.pingreq())
        self.expect("PINGRESP")

    def expect_nothing(self, after=None):
        """Nothing is under way to this client. `after`: the publisher whose messages would have come; a marker
        message from it must then be the next thing that arrives (the order of a publisher's messages holds)."""
        if after is None or after is self:
            self.ping()
            return
        marker = f"barrier/{os.getpid()}/{next(_barriers)}"
        self.subscribe(marker)
        after.send(p.publish(marker, b"", version=after.version))
        self.expect("PUBLISH", topic=marker)
        packet_id = self.take_id()
        self.send(p.unsubscribe(packet_id, [marker], self.version))
        packet = self.next_packet()
        while packet and packet.type == "PUBLISH" and packet.topic == marker:  # overlapping subscriptions
            packet = self.next_packet()
        assert packet and packet.type == "UNSUBACK", f"{self.name}: {packet}"

    def expect_silence(self, seconds):
        """Nothing arrives for so long: only where the passing of protocol time is the subject."""
        try:
            packet = self.next_packet(seconds / TIME_SCALE)
        except TimeoutError:
            return
        raise AssertionError(f"{self.name}: {packet or 'closed'} instead of silence")

    # -- whole exchanges --

    def answer(self, kind, packet_id=None, **fields):
        """Like expect, for the answer to a packet of this client: messages that arrive before it are set aside and
        come next."""
        waiting = []
        while True:
            try:
                packet = self._read_packet()
            except TimeoutError:
                packet = None
            if packet is None or packet.type == kind or packet.type != "PUBLISH":
                break
            waiting.append(packet)
        if packet is not None:
            self._set_aside.insert(0, packet)
            if packet_id is not None:
                fields["packet_id"] = packet_id
            packet = self.expect(kind, **fields)
        self._set_aside += waiting
        assert packet is not None, f"{self.name}: no {kind} for packet id {packet_id}"
        return packet

    def connect(self, client_id="", expect=0, session=None, **arguments):
        """CONNECT (arguments of packets.connect) and its CONNACK, which is returned. `session` is the expected
        session present flag."""
        self.name = client_id or "(empty id)"
        self.send(p.connect(client_id, version=self.version, **arguments))
        connack = self.expect("CONNACK", reason=expect)
        if session is not None:
            assert connack.session_present == session, f"{self.name}: session present is {connack.session_present}"
        return connack

    def take_id(self):
        return next(self._ids)

    def subscribe(self, *filters, expect=None, properties=None, **option_arguments):
        """Filters are strings (with options(**option_arguments)) or (filter, options byte). Returns the reason codes,
        which must be the requested QoS unless `expect` (a code or a list) says otherwise."""
        default = p.options(**option_arguments)
        filters = [each if isinstance(each, tuple) else (each, default) for each in filters]
        packet_id = self.take_id()
        self.send(p.subscribe(packet_id, filters, self.version, properties))
        if expect is None:
            expect = [option & 3 for _, option in filters]
        expect = expect if isinstance(expect, list) else [expect] * len(filters)
        return self.answer("SUBACK", packet_id, reasons=expect).reasons

    def unsubscribe(self, *filters, expect=0):
        """Returns the UNSUBACK."""
        packet_id = self.take_id()
        self.send(p.unsubscribe(packet_id, filters, self.version))
        expect = expect if isinstance(expect, list) else [expect] * len(filters)
        return self.answer("UNSUBACK", packet_id, reasons=expect if self.version == 5 else [])

    def publish(self, topic, payload=b"", qos=0, expect=None, **arguments):
        """PUBLISH with its whole handshake; a retained one at QoS 0 is stored when this returns. `expect` is the reason
        of the first acknowledgement; default 0x00 or 0x10 (no subscriber). Returns it (None at QoS 0)."""
        if qos == 0:
            self.send(p.publish(topic, payload, version=self.version, **arguments))
            if arguments.get("retain"):
                self.send(p.pingreq())
                self.answer("PINGRESP")
            return None
        packet_id = arguments.pop("packet_id", None) or self.take_id()
        self.send(p.publish(topic, payload, qos, packet_id=packet_id, version=self.version, **arguments))
        ack = self.answer("PUBACK" if qos == 1 else "PUBREC", packet_id)
        allowed = (0x00, 0x10) if expect is None else (expect,)
        assert ack.reason in allowed, f"{self.name}: {ack}"
        if qos == 2 and ack.reason < 0x80:
            self.send(p.pubrel(packet_id, version=self.version))
            self.answer("PUBCOMP", packet_id, reason=0)
        return ack

    def receive(self, topic, payload=None, qos=0, dup=False, ack=True, **checks):
        """The next packet is this PUBLISH; answers it as its QoS demands unless ack is False. Returns it."""
        if payload is not None:
            checks["payload"] = payload
        message = self.expect("PUBLISH", topic=topic, qos=qos, dup=dup, **checks)
        if ack:
            self.acknowledge(message)
        return message

    def acknowledge(self, message):
        """Answers a received PUBLISH: PUBACK, or PUBREC … PUBCOMP."""
        if message.qos == 1:
            self.send(p.puback(message.packet_id, version=self.version))
        elif message.qos == 2:
            self.send(p.pubrec(message.packet_id, version=self.version))
            self.answer("PUBREL", message.packet_id, reason=0)
            self.send(p.pubcomp(message.packet_id, version=self.version))

    def disconnect(self, reason=None, properties=None):
        """DISCONNECT, then the server closes."""
        self.send(p.disconnect(reason, properties, self.version))
        self.expect_closed()
        self.close()


def start_tls(plain, context, **arguments):
    """The client's side of TLS over a connected socket; a socket that cannot have it is closed."""
    try:
        return context.wrap_socket(plain, **arguments)
    except Exception:
        plain.close()
        raise


def connect(broker, client_id="", version=5, listener=None, tls=None, **arguments):
    """A connected Client; its CONNACK is client.connack. Arguments of Client.connect."""
    client = Client(broker, version, listener, tls=tls)
    client.connack = client.connect(client_id, **arguments)
    return client


def check_not_waiting(client, other):
    """The client's next packet is a PINGRESP, and comes before `other` has pinged so often as one whose reading is
    held up would let it many times over. Meaningful where both are on the same loop."""
    pings = 0
    while not select.select([client.socket], [], [], 0)[0]:
        other.ping()
        pings += 1
        assert pings < 100, f"{client.name} waits"
    client.expect("PINGRESP")


def many(broker, prefix, count=8, **arguments):
    """`count` connected clients prefix0, prefix1, …: with more than one worker they live on different ones."""
    return [connect(broker, f"{prefix}{number}", **arguments) for number in range(count)]
