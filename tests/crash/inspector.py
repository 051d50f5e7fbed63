"""A new client that subscribes to all retained messages, and tells what it got."""

from client import Client
from lib import packets as p

RETAINED = "r/+/+"
QUIET_S = 5.0
MOST_S = 20.0


class Inspector(Client):
    """Used once, while nobody publishes."""

    def __init__(self, name, place, world, random):
        super().__init__(name, place, world, random)
        self._found = {}
        self._granted = False
        self._silent = False

    async def inspect(self):
        """Subscribes, and checks what comes against what was promised."""
        expected = self.world.retained.mandatory()
        self.wanted = True
        self.place.spawn(self._knock())
        await self.place.settled(lambda: self._granted and expected <= self._found.keys(), QUIET_S, MOST_S)
        if self.online:
            self.send(p.pingreq(), "> PINGREQ")
            await self.place.settled(lambda: self._silent, QUIET_S, MOST_S)
        if self._silent:
            self.world.retained.check(self._found)
            self.world.happened["retained messages seen"] += len(self._found)
        # The end of a connection is seen before the death of the broker that was its cause.
        elif not await self.place.settled(lambda: self.place.dead, QUIET_S, MOST_S) and not self.place.dead:
            self.world.findings.add("stuck", f"a new client is not served (online={self.online})", self.name)
        self.vanish()

    def connect_packet(self, clean):
        return p.connect(self.name, clean=True, keepalive=0)

    def connected(self, present):
        self.send(p.subscribe(1, [(RETAINED, p.options(1))]), f"> SUBSCRIBE {RETAINED}")

    def received(self, packet):
        if packet.type == "PUBLISH":
            self.note(f"< PUBLISH {packet.topic} {packet.payload!r}")
            if packet.topic in self._found:
                self.world.findings.add("retained", f"a new subscription got {packet.topic} twice", packet.topic)
            self._found[packet.topic] = packet.payload.decode()
            self.send(p.puback(packet.packet_id), f"> PUBACK {packet.packet_id}")
        self._granted = self._granted or packet.type == "SUBACK"
        self._silent = self._silent or packet.type == "PINGRESP"
