"""A persistent subscriber that follows the rules of QoS 2, and changes its mind about what it subscribes to."""

import itertools

from client import Client
from lib import packets as p

WILLS = "w/+"
FLUSH_S = 0.02


def key_of(payload):
    """What a payload says it is: (kind, publisher …). Numbers are numbers."""
    words = payload.split()
    return tuple(int(word) if word.isdigit() else word.decode() for word in words[:3])


class Subscriber(Client):
    """`filters` are what it may subscribe to; a watcher gets all wills, too. Acknowledges messages in groups of
    `lazy`, or a little later."""

    def __init__(self, name, place, world, random, filters, watcher=False):
        super().__init__(name, place, world, random)
        self.receive_maximum = random.choice((4, 16, 200))
        self._lazy = min(random.choice((1, 1, 3, 10)), self.receive_maximum)
        self._filters = filters
        self._watcher = watcher
        self._ids = itertools.cycle(range(1, 65536))
        self._requests = {}  # packet id: (filter, whether it is SUBSCRIBE)
        self._wanted = {}  # filter: QoS, what it asked for last
        self._answered = set()  # filters whose last request was answered
        self._open = {}  # packet id of a QoS 2 message that was not released: its key
        self._doubtful = set()  # packet ids of those that may be of a session that has ended
        self._waiting = []  # acknowledgements
        self.stays_away_until = 0  # a life

    # -- subscriptions --

    def begin(self):
        """What it subscribes to with a new session."""
        for each in self.random.sample(self._filters, max(2, len(self._filters) // 2)):
            self._wanted[each] = self.random.choice((1, 2, 2))
        if self._watcher:
            self._wanted[WILLS] = self.random.choice((1, 2))

    def toggle(self):
        """Unsubscribes from something or subscribes to something."""
        pattern = self.random.choice(self._filters)
        if self.online and (pattern in self._answered or pattern not in self._wanted):
            self._wanted[pattern] = None if self._wanted.get(pattern) else self.random.choice((1, 2, 2))
            self._request(pattern)

    def _request(self, pattern):
        qos = self._wanted[pattern]
        packet_id = next(self._ids)
        self._answered.discard(pattern)
        self._requests[packet_id] = pattern, qos is not None
        if qos is None:
            self.world.deliveries.unsubscribing(self.name, pattern)
            self.send(p.unsubscribe(packet_id, [pattern]), f"> UNSUBSCRIBE {pattern}")
        else:
            self.world.deliveries.subscribing(self.name, pattern, qos)
            self.send(p.subscribe(packet_id, [(pattern, p.options(qos, retain_handling=2))]),
                      f"> SUBSCRIBE {pattern} qos={qos}")

    def _answer(self, packet):
        pattern, subscribes = self._requests.pop(packet.packet_id)
        self.note(f"< {packet.type} {pattern}")
        self.world.happened["subscriptions" if subscribes else "unsubscriptions"] += 1
        self._answered.add(pattern)
        if packet.reasons[0] >= 0x80 or subscribes != (packet.type == "SUBACK"):
            self.world.findings.add("refused", f"{self.name} got {packet} for {pattern}", self.name)
        elif subscribes:
            self.world.deliveries.subscribed(self.name, pattern)
        else:
            self.world.deliveries.unsubscribed(self.name, pattern)

    def forget(self):
        self._open.clear()

    def doubt(self):
        self._doubtful = set(self._open)

    def asking(self):
        """Whether a request is not answered."""
        return bool(self._requests)

    # -- connection --

    def connecting(self, clean):
        if clean:
            self.world.deliveries.session_ending(self.name)

    def connected(self, present):
        if not present:
            self.world.deliveries.session_ended(self.name)
            self._forget()
        self.world.deliveries.connected(self.name)
        if self._watcher:
            self.world.wills.watching(self.name, self.world.clock.seconds())
        if not self._wanted:
            self.begin()
        for pattern in self._wanted.keys() - self._answered:
            self._request(pattern)

    def end_session(self):
        if self.online:
            super().end_session()
            self.world.deliveries.session_ending(self.name)
            self._wanted.clear()
            self._answered.clear()

    def gone(self):
        self._requests.clear()
        self._waiting.clear()
        if self._watcher:
            self.world.wills.not_watching(self.name)

    def _forget(self):
        self._wanted.clear()
        self._answered.clear()
        self._open.clear()

    # -- messages --

    def received(self, packet):
        if packet.type == "PUBLISH":
            self._publish(packet)
        elif packet.type == "PUBREL":
            self._released(packet.packet_id)
        elif packet.packet_id in self._requests:
            self._answer(packet)
        else:
            self.world.findings.add("protocol", f"{self.name} got {packet}, which it did not ask for", self.name)

    def _publish(self, packet):
        key = key_of(packet.payload)
        name = " ".join(map(str, key))
        self.note(f"< PUBLISH id={packet.packet_id} qos={packet.qos} dup={int(packet.dup)} {name}")
        if packet.qos != 2:
            self._deliver(packet, key)
        elif self._is_new(packet, key, name):
            self._open[packet.packet_id] = key
            self._deliver(packet, key)
        if packet.qos:
            self._acknowledge(packet.packet_id, packet.qos)

    def _is_new(self, packet, key, name):
        """Whether a QoS 2 message is to be delivered. A real client would drop every other message with an id that it
        has open; here it is delivered, so that one fault is not found twice."""
        known = self._open.get(packet.packet_id)
        self.world.happened["QoS 2 repeated"] += known == key
        doubtful = packet.packet_id in self._doubtful
        self._doubtful.discard(packet.packet_id)
        if known is not None and known != key and not doubtful:
            other = " ".join(map(str, known))
            self.world.findings.add("id", f"{self.name} got {name} with packet id {packet.packet_id}, which it has "
                                    f"open for {other}: a client would drop it", self.name, name, other)
        elif known == key and not packet.dup:
            self.world.findings.add("dup", f"{self.name} got {name} again with packet id {packet.packet_id} and "
                                    "without DUP", self.name, name)
        return known != key

    def _deliver(self, packet, key):
        if packet.topic.startswith("w/"):
            self.world.happened["wills"] += 1
            self.world.wills.arrived(self.name, key, packet.qos, self.world.clock.seconds())
        else:
            self.world.deliveries.arrived(self.name, key, packet.topic, packet.qos, packet.dup, packet.packet_id)
            message = self.world.deliveries.messages.get(key)
            if self._watcher and message is not None:
                clock = self.world.clock
                self.world.wills.queue_moved(self.name, clock.seconds_of(message.sent), clock.seconds())

    def _acknowledge(self, packet_id, qos):
        if not self._waiting and self._lazy > 1:
            self.place.later(FLUSH_S, self._flush)
        self._waiting.append((packet_id, qos))
        if len(self._waiting) >= self._lazy:
            self._flush()

    def _flush(self):
        if not self._waiting or self.connection is None:
            return
        packets = b"".join(p.puback(number) if qos == 1 else p.pubrec(number) for number, qos in self._waiting)
        text = " ".join(f"{'PUBACK' if qos == 1 else 'PUBREC'}:{number}" for number, qos in self._waiting)
        self._waiting.clear()
        self.send(packets, f"> {text}")

    def _released(self, packet_id):
        known = self._open.pop(packet_id, None)
        self.note(f"< PUBREL id={packet_id}{'' if known else ' (not open)'}")
        self.send(p.pubcomp(packet_id, None if known else 0x92), f"> PUBCOMP id={packet_id}")
