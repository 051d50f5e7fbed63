#!/usr/bin/env python3
"""A tiny MQTT 3.1.1 broker of QoS 0 that does one thing wrong, to prove that the load generator sees it. It prints
its port and that it is ready as Grapnel's log does, and serves until it is ended. Usage: faulty_broker.py FAULT"""

import json
import selectors
import socket
import sys
import time

FAULTY_DELIVERY = 10  # the one that meets the fault, counted over all subscribers
PAUSE_S = 0.3

FAULTS = {
    "none": "every delivery is made once, in order",
    "drop": "a delivery is left out",
    "double": "a delivery is made twice",
    "repeat": "a delivery is made again after a later one",
    "linger": "a delivery is made again before its subscriber's next PINGRESP",
    "dry-up": "this and all later deliveries are left out",
    "swap": "a delivery is made after the next one of its subscriber",
    "damage": "the last byte of a payload is changed",
    "shorten": "a payload lacks its last byte",
    "misdeliver": "a delivery goes to another subscriber",
    "pause": "nothing at all is done for a while",
    "mute": "a PUBLISH with QoS 1 is not acknowledged",
    "refuse": "a subscription is refused",
    "close": "a subscriber is disconnected instead of getting its delivery",
}


def take_packet(data):
    """(first byte, body, bytes it took) of the first packet, or None if it is not whole."""
    size = shift = 0
    for at, byte in enumerate(data[1:5], 1):
        size |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            end = at + 1 + size
            return (data[0], data[at + 1:end], end) if end <= len(data) else None
    return None


def packet(first, body):
    size, header = len(body), bytearray([first])
    while size >= 0x80:
        header.append(size & 0x7f | 0x80)
        size >>= 7
    header.append(size)
    return bytes(header) + body


def matches(topic_filter, topic):
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for number, level in enumerate(wanted):
        if level == "#":
            return True
        if number == len(levels) or level not in ("+", levels[number]):
            return False
    return len(wanted) == len(levels)


class Client:
    def __init__(self, connection):
        self.connection, self.input, self.filters = connection, b"", []
        self.kept = None
        self.lingering = b""

    def send(self, data):
        self.connection.sendall(data)


class Broker:
    def __init__(self, fault):
        self.fault = fault
        self.clients = []
        self.retained = {}  # PUBLISH packets by topic
        self.deliveries = self.publishes = 0
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.selector.register(self.listener, selectors.EVENT_READ, None)

    def serve(self):
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    self.accept()
                else:
                    self.receive(key.data)

    def accept(self):
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.clients.append(Client(connection))
        self.selector.register(connection, selectors.EVENT_READ, self.clients[-1])

    def close(self, client):
        if client in self.clients:
            self.clients.remove(client)
            self.selector.unregister(client.connection)
            client.connection.close()

    def receive(self, client):
        try:
            data = client.connection.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.close(client)
            return
        client.input += data
        while found := take_packet(client.input):
            first, body, size = found
            client.input = client.input[size:]
            try:
                self.handle(client, first, body)
            except OSError:
                self.close(client)

    def handle(self, client, first, body):
        kind = first & 0xf0
        if kind == 0x10:
            client.send(b"\x20\x02\x00\x00")
        elif kind == 0x30:
            self.publish(client, first, body)
        elif kind == 0x80:
            self.subscribe(client, body)
        elif kind == 0xc0:
            client.send(client.lingering + b"\xd0\x00")
            client.lingering = b""

    def subscribe(self, client, body):
        at, filters = 2, []
        while at < len(body):
            size = int.from_bytes(body[at:at + 2], "big")
            filters.append(body[at + 2:at + 2 + size].decode())
            at += 2 + size + 1
        code = b"\x80" if self.fault == "refuse" else b"\x00"
        client.send(packet(0x90, body[:2] + code * len(filters)))
        client.filters += filters
        for topic, kept in self.retained.items():
            if any(matches(each, topic) for each in filters):
                self.deliver(client, 0x31, kept)

    def publish(self, client, first, body):
        self.publishes += 1
        end = 2 + int.from_bytes(body[:2], "big")
        topic = body[2:end].decode()
        if first & 6:
            if self.fault != "mute" or self.publishes != FAULTY_DELIVERY:
                client.send(b"\x40\x02" + body[end:end + 2])
            body = body[:end] + body[end + 2:]
        if first & 1:
            self.retained[topic] = body
        for each in list(self.clients):
            if any(matches(wanted, topic) for wanted in each.filters):
                self.deliver(each, 0x30, body)

    def deliver(self, client, first, body):
        self.deliveries += 1
        if self.fault == "dry-up" and self.deliveries >= FAULTY_DELIVERY:
            return
        fault = self.fault if self.deliveries == FAULTY_DELIVERY else "none"
        made = packet(first, body)
        if fault in ("swap", "repeat"):
            client.kept = made
        if fault == "linger":
            client.lingering = made
        if fault == "pause":
            time.sleep(PAUSE_S)
        if fault == "close":
            self.close(client)
        elif fault == "misdeliver":
            next(each for each in self.clients if each.filters and each is not client).send(made)
        elif fault == "damage":
            client.send(made[:-1] + bytes([made[-1] ^ 0xff]))
        elif fault == "shorten":
            client.send(packet(first, body[:-1]))
        elif fault not in ("drop", "swap"):
            client.send(made * (2 if fault == "double" else 1))
        if fault == "none" and client.kept is not None:
            client.send(client.kept)
            client.kept = None


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in FAULTS:
        sys.exit(__doc__ + "\n" + "\n".join(f"  {name:<11} {text}" for name, text in FAULTS.items()))
    broker = Broker(sys.argv[1])
    address = f"127.0.0.1:{broker.listener.getsockname()[1]}"
    for line in ({"message": "listening", "address": address}, {"message": "ready"}):
        print(json.dumps(line, separators=(",", ":")), flush=True)
    broker.serve()


if __name__ == "__main__":
    main()
