"""A publisher that keeps its promises: what is not acknowledged is sent again, in order, with the same packet id."""

from dataclasses import dataclass

from client import Client
from deliveries import Message, name_of
from lib import packets as p

RETAINED_SHARE = 0.1
CLEARED_SHARE = 0.3
RETAINED_TOPICS = 4
PADDING_BYTES = (0, 0, 0, 20, 200, 2000)


@dataclass(slots=True)
class Open:
    """A publish whose exchange is not over. `message` is None for a retained one, which has topic and number in
    Retained instead; `released`: PUBREC was seen."""
    packet_id: int
    topic: str
    payload: bytes
    qos: int
    message: Message | None = None
    retained: int | None = None
    released: bool = False
    tried: int = 0

    def name(self):
        return name_of(self.message.key) if self.message else f"{self.topic} {self.retained}"


class Publisher(Client):
    """Has at most `window` exchanges open, and publishes `budget` messages a life while the place is noisy. Packet ids
    are the lowest that are free, so that each is used again soon."""

    def __init__(self, name, place, world, random, letters, window, budget):
        super().__init__(name, place, world, random)
        self._letters = letters
        self._window = window
        self._budget = budget
        self._left = 0
        self._numbers = {1: 0, 2: 0}
        self.open = {}  # packet id: Open, in the order of their first PUBLISH

    def begin_life(self):
        self._left = self._budget

    # -- publishing --

    def publish_more(self):
        """Fills the window."""
        while self.online and self.place.noisy and self._left > 0 and len(self.open) < self._window:
            self._left -= 1
            exchange = self._new_retained() if self.random.random() < RETAINED_SHARE else self._new_message()
            self.open[exchange.packet_id] = exchange
            self._send(exchange)

    def _free_id(self):
        return next(number for number in range(1, 65536) if number not in self.open)

    def _new_message(self):
        qos = self.random.choice((1, 2))
        self._numbers[qos] += 1
        topic = f"m/{self.random.choice(self._letters)}/{self.name}"
        message = self.world.deliveries.published(self.name, qos, self._numbers[qos], topic)
        payload = f"{name_of(message.key)} ".encode() + b"." * self.random.choice(PADDING_BYTES)
        return Open(self._free_id(), topic, payload, qos, message=message)

    def _new_retained(self):
        """Each topic has one QoS: over a reconnect a QoS 1 message may pass one of QoS 2 that came after it."""
        which = self.random.randrange(RETAINED_TOPICS)
        topic = f"r/{self.name}/{which}"
        cleared = self.random.random() < CLEARED_SHARE
        text = None if cleared else f"v{self._left}.{self.world.clock.life}"
        number = self.world.retained.published(topic, text)
        return Open(self._free_id(), topic, (text or "").encode(), 1 + which % 2, retained=number)

    def _send(self, exchange):
        again = exchange.tried > 0
        self.world.happened["published again"] += again
        exchange.tried += 1
        if exchange.released:
            self.send(p.pubrel(exchange.packet_id), f"> PUBREL id={exchange.packet_id} {exchange.name()} again")
            return
        if again and exchange.message:
            exchange.message.resends += 1
        self.send(p.publish(exchange.topic, exchange.payload, exchange.qos, packet_id=exchange.packet_id, dup=again,
                            retain=exchange.retained is not None),
                  f"> PUBLISH id={exchange.packet_id} qos={exchange.qos} dup={int(again)} {exchange.name()} "
                  f"{exchange.topic}")

    # -- answers --

    def connected(self, present):
        """Sends what is open again, in order, then goes on. Without the session that would begin the exchanges anew,
        which is a finding already."""
        for exchange in list(self.open.values()):
            self._send(exchange)
        self.publish_more()

    def received(self, packet):
        exchange = self.open.get(getattr(packet, "packet_id", None))
        if exchange is None:
            self.world.findings.add("protocol", f"{self.name} got {packet}, and has nothing open with that id",
                                    self.name)
            return
        reason = f" 0x{packet.reason:02X}" if packet.reason else ""
        self.note(f"< {packet.type} id={packet.packet_id} {exchange.name()}{reason}")
        if packet.reason >= 0x80 and not (packet.type == "PUBCOMP" and packet.reason == 0x92 and exchange.tried > 1):
            self.world.findings.add("refused", f"{self.name} got {packet} for {exchange.name()}", self.name)
        expected = "PUBACK" if exchange.qos == 1 else "PUBREC PUBCOMP" if exchange.released else "PUBREC"
        if packet.type not in expected:
            self.world.findings.add("protocol", f"{self.name} got {packet} for {exchange.name()}, not {expected}",
                                    self.name)
        self._acknowledged(exchange)
        if packet.type == "PUBREC":
            exchange.released = True
            self.send(p.pubrel(packet.packet_id), f"> PUBREL id={packet.packet_id} {exchange.name()}")
        else:
            del self.open[packet.packet_id]
        self.publish_more()

    def _acknowledged(self, exchange):
        if exchange.message:
            self.world.deliveries.acknowledged(exchange.message)
        else:
            self.world.retained.acknowledged(exchange.topic, exchange.retained)
