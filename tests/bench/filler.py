"""Fills a broker with subscriptions, retained messages and idle connections, from few large writes, and publishes to
what it filled. Speaks MQTT 3.1.1, only as much as that needs, and trusts the broker."""

import selectors
import socket
import struct

FILTERS_A_PACKET = 1000
MESSAGES_A_CHUNK = 2000  # on their way at once: below what a broker queues for a connection
ANSWER_S = 60.0
READ_BYTES = 1 << 18
CONNECT, PUBLISH, RETAINED, SUBSCRIBE, PINGREQ = b"\x10", b"\x30", b"\x31", b"\x82", b"\xc0\x00"
CONNACK, SUBACK, PINGRESP = 0x20, 0x90, 0xd0


class FillError(Exception):
    """The broker refused, or did not answer."""


def text(value):
    return struct.pack(">H", len(value)) + value


def packet(first, body):
    size, length = len(body), b""
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | (128 if size else 0)])
        if not size:
            return first + length + body


class Connection:
    """One client on a blocking socket."""

    def __init__(self, port, name):
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_S)
        self.socket.sendall(packet(CONNECT, text(b"MQTT") + b"\x04\x02\x00\x00" + text(name.encode())))
        self.buffer = b""

    def close(self):
        self.socket.close()

    def expect(self, first):
        """Waits for the next packet, which is of this kind; its body."""
        while True:
            found = self.take()
            if found is not None:
                break
            received = self.socket.recv(READ_BYTES)
            if not received:
                raise FillError("the broker closed a connection")
            self.buffer += received
        if found[0] != first:
            raise FillError(f"packet {found[0]:#x} where {first:#x} was due")
        return found[1]

    def take(self):
        """The first whole packet of the buffer, or None."""
        size, at = 0, 1
        while at < len(self.buffer):
            byte = self.buffer[at]
            size |= (byte & 127) << 7 * (at - 1)
            at += 1
            if byte < 128:
                break
        else:
            return None
        if len(self.buffer) < at + size:
            return None
        found = self.buffer[0], self.buffer[at:at + size]
        self.buffer = self.buffer[at + size:]
        return found


def connect(port, count, prefix="fill"):
    """So many connections that have their CONNACK."""
    connections = []
    for number in range(count):
        connections.append(Connection(port, f"{prefix}-{number}"))
        if len(connections) % 100 == 0 or len(connections) == count:
            for each in connections[(len(connections) - 1) // 100 * 100:]:
                if each.expect(CONNACK)[1]:
                    raise FillError("the broker refused a connection")
    return connections


def topic(number):
    return b"fill/%d/%d/state" % (number // 1000, number % 1000)


def subscription(*filters):
    """The packet that asks for these filters at QoS 0."""
    return packet(SUBSCRIBE, b"\x00\x01" + b"".join(text(each) + b"\x00" for each in filters))


def subscribe_to(connection, *filters):
    """Subscribes, and waits for the answer."""
    connection.socket.sendall(subscription(*filters))
    if max(connection.expect(SUBACK)[2:]) >= 0x80:
        raise FillError("the broker refused a subscription")


def subscribe(connections, count):
    """Subscribes to topic(0) … topic(count - 1), each once, in turn by all connections; bytes of all filters."""
    total = 0
    for start in range(0, count, FILTERS_A_PACKET):
        filters = [topic(number) for number in range(start, min(start + FILTERS_A_PACKET, count))]
        total += sum(map(len, filters))
        subscribe_to(connections[start // FILTERS_A_PACKET % len(connections)], *filters)
    return total


def retain(connection, count, payload):
    """Stores a retained message at topic(0) … topic(count - 1)."""
    for start in range(0, count, MESSAGES_A_CHUNK):
        numbers = range(start, min(start + MESSAGES_A_CHUNK, count))
        connection.socket.sendall(b"".join(packet(RETAINED, text(topic(each)) + payload) for each in numbers))
    connection.socket.sendall(PINGREQ)
    connection.expect(PINGRESP)


def publish(publisher, subscribers, numbers, payload):
    """Publishes once to the topic of each number, a chunk at a time, and waits until all that is delivered to the
    subscribers, which get nothing else."""
    with selectors.DefaultSelector() as selector:
        for each in subscribers:
            selector.register(each.socket, selectors.EVENT_READ)
        for start in range(0, len(numbers), MESSAGES_A_CHUNK):
            chunk = b"".join(packet(PUBLISH, text(topic(each)) + payload)
                             for each in numbers[start:start + MESSAGES_A_CHUNK])
            publisher.socket.sendall(chunk)
            missing = len(chunk)  # what arrives is as long as what was sent
            while missing:
                ready = selector.select(ANSWER_S)
                if not ready:
                    raise FillError(f"{missing} bytes were not delivered")
                missing -= sum(len(key.fileobj.recv(READ_BYTES)) for key, _ in ready)


def read_retained(connection, count, payload):
    """Subscribes to all that retain() stored and reads it; the SUBACK may stand anywhere among it."""
    expected = sum(len(packet(RETAINED, text(topic(number)) + payload)) for number in range(count))
    expected += len(packet(bytes([SUBACK]), b"\x00\x01\x00"))
    connection.socket.sendall(subscription(b"fill/#"))
    while expected > 0:
        received = len(connection.socket.recv(READ_BYTES))
        if not received:
            raise FillError("the broker closed a connection")
        expected -= received
