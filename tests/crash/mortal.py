"""A client with a will, that vanishes, comes back in time or does not, and sometimes leaves orderly."""

from client import EXPIRY_S, Client
from lib import packets as p

DELAYS_S = (0, 1, 1, 2, 3)


class Mortal(Client):
    """Every connection has a will of its own."""

    def __init__(self, name, place, world, random):
        super().__init__(name, place, world, random)
        self._number = 0
        self._before = None
        self._will = None

    def connecting(self, clean):
        self._number += 1
        delay_s, qos = self.random.choice(DELAYS_S), self.random.choice((1, 2))
        key = "w", self.name, self._number
        self._will = p.will(f"w/{self.name}", " ".join(map(str, key)).encode(), qos,
                            properties={"will_delay_interval": delay_s})
        self._before = self.world.wills.connecting(self.name, key, delay_s, self.world.clock.seconds())
        self.note(f"has will w {self.name} {self._number} with a delay of {delay_s} s at QoS {qos}")

    def connect_packet(self, clean):
        return p.connect(self.name, clean=clean, keepalive=0, will=self._will,
                         properties={"session_expiry_interval": EXPIRY_S})

    def connected(self, present):
        self.world.wills.connected(self.name, self._before, self.world.clock.seconds())
        self.world.happened["wills cancelled"] += self._before is not None and self._before.forbidden

    def vanish(self):
        if self.online:
            self.world.wills.vanished(self.name, self.world.clock.seconds())
            super().vanish()

    def leave(self):
        if self.online:
            self.world.wills.left(self.name, self.world.clock.seconds())
            super().leave()
