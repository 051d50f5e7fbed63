"""Packets and records are cut as they like; big messages, slow readers, handshakes that stop half way."""
import socket
import ssl

from lib import Broker, Client, authority, client_tls, connect, many, packets as p

config = dict(listeners=[{"id": "tls", "tls": authority().listener()}], limits={"maximum_packet_size": "8 MiB"})
TLS = client_tls()


class Memory:
    """A TLS client whose bytes go through the hands of the test."""

    def __init__(self, broker):
        self.socket = socket.create_connection(("127.0.0.1", broker.port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = TLS["context"].wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")

    def call(self, function, *arguments):
        while True:
            try:
                return function(*arguments)
            except ssl.SSLWantReadError:
                self.flush()
                received = self.socket.recv(65536)
                assert received, "closed"
                self.incoming.write(received)

    def flush(self):
        if data := self.outgoing.read():
            self.socket.sendall(data)

    def connected(self, client_id):
        self.call(self.tls.do_handshake)
        self.tls.write(p.connect(client_id))
        self.flush()
        return self.packet("CONNACK")

    def packet(self, kind):
        data = b""
        while not (parsed := p.parse(bytearray(data), 5)):
            data += self.call(self.tls.read, 1)
        assert parsed[0].type == kind, parsed[0]
        return parsed[0]

    def records(self, *texts):
        for text in texts:
            self.tls.write(text)
        return self.outgoing.read()


def test_connect_behind_the_handshake(broker):
    """CONNECT in the same segment as the end of the handshake: nothing else comes to wake the broker up."""
    for number in range(8):
        client = Memory(broker)
        context = TLS["context"]
        assert context.maximum_version == ssl.TLSVersion.MAXIMUM_SUPPORTED
        while True:
            try:
                client.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                client.flush()
                client.incoming.write(client.socket.recv(65536))
        client.tls.write(p.connect(f"behind{number}"))
        client.flush()
        client.packet("CONNACK")


def test_bytes_one_by_one(broker):
    client = Memory(broker)
    client.connected("bytes")
    for byte in client.records(p.pingreq()):
        client.socket.sendall(bytes([byte]))
    client.packet("PINGRESP")


def test_a_packet_over_many_records(broker):
    subscriber = connect(broker, "over", listener="tls", tls=TLS)
    subscriber.subscribe("over")
    client = Memory(broker)
    client.connected("over-pub")
    packet = p.publish("over", b"in pieces")
    client.socket.sendall(client.records(*[packet[i:i + 1] for i in range(len(packet))]))
    subscriber.receive("over", b"in pieces")


def test_many_packets_in_a_record_and_many_records_at_once(broker):
    for name in ("a", "b", "c", "d"):
        client = Memory(broker)
        client.connected(f"joined-{name}")
        data = client.records(p.pingreq() * 3000, p.pingreq() * 2000 + b"\xc0", b"\x00" + p.pingreq() * 99)
        client.socket.sendall(data)
        for _ in range(5100):
            client.packet("PINGRESP")


def test_big_messages(broker):
    """To and from workers; five megabytes are some hundred records."""
    payload = bytes(range(256)) * 20_000
    publisher = connect(broker, "big-pub", listener="tls", tls=TLS)
    subscribers = many(broker, "big", 4, listener="tls", tls=TLS)
    for subscriber in subscribers:
        subscriber.subscribe("big", qos=1)
    for _ in range(2):
        publisher.publish("big", payload, qos=1)
        for subscriber in subscribers:
            subscriber.receive("big", payload, qos=1)


def test_a_slow_reader_holds_nobody_up(broker):
    slow = [Client(broker, listener="tls", tls=TLS, receive_bytes=4096) for _ in range(4)]
    for number, client in enumerate(slow):
        client.connect(f"slow{number}")
        client.subscribe("flood", qos=1)
    quick = connect(broker, "quick", listener="tls", tls=TLS)
    quick.subscribe("flood", qos=1)
    publisher = connect(broker, "flooding", listener="tls", tls=TLS)
    for number in range(60):
        payload = b"%d " % number * 10_000
        publisher.publish("flood", payload, qos=1)
        quick.receive("flood", payload, qos=1)
    for client in slow:
        for number in range(60):
            client.receive("flood", b"%d " % number * 10_000, qos=1)
        client.ping()


def test_half_a_handshake_times_out():
    with Broker(limits={"connect_timeout": "300ms"}, listeners=config["listeners"]) as broker:
        hello = Memory(broker)
        try:
            hello.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        data = hello.outgoing.read()
        for part in (b"", data[:3], data[:100], data):
            client = Client(broker)
            if part:
                client.socket.sendall(part)
            while client.socket.recv(65536):  # the server's answer to a whole hello, then the end
                continue
        shaken = Memory(broker)
        shaken.call(shaken.tls.do_handshake)
        shaken.flush()
        while data := shaken.socket.recv(65536):  # the end in order of one that does not send CONNECT
            shaken.incoming.write(data)


def test_many_clients_that_stop_half_way(broker):
    hellos = []
    for _ in range(50):
        client = Memory(broker)
        try:
            client.tls.do_handshake()
        except ssl.SSLWantReadError:
            client.flush()
        hellos.append(client)
    other = connect(broker, "other", listener="tls", tls=TLS)
    other.ping()
    for client in hellos:
        client.socket.close()
    other.ping()
