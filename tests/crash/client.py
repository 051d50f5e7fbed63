"""What publishers, subscribers and mortals share: a persistent session, and coming back."""

import asyncio

from connection import Connection
from lib import packets as p
from sessions import State

EXPIRY_S = 3600
BACK_OFF_S = (0.0, 0.01, 0.02, 0.05, 0.1)


class Client:
    """Comes back whenever its connection is lost, as long as it is `wanted`. Subclasses override connected(),
    received() and gone()."""

    receive_maximum = None

    def __init__(self, name, place, world, random):
        self.name = name
        self.place = place
        self.world = world
        self.random = random
        self.wanted = False
        self.online = False
        self.ending = False  # DISCONNECT that ends the session was sent
        self.connection = None
        self._coming = None
        self._failures = 0
        self._clean = False
        self._state_before = State.ABSENT

    # -- for the crowd --

    def come(self, clean=False):
        """Connects as soon as the broker is there, and again whenever the connection is lost."""
        self.wanted = True
        self._clean = self._clean or clean
        if self.connection is None and self._coming is None:
            self._coming = self.place.spawn(self._come())

    def vanish(self):
        """Closes the socket without a word, and stays away."""
        self.wanted = False
        if self.connection is not None:
            self.note("closes the socket")
            self._drop().abort()

    def leave(self):
        """DISCONNECT, keeping the session, and stays away."""
        self.wanted = False
        if self.online:
            self.send(p.disconnect(), "> DISCONNECT")
            self._drop().close()

    def take_over(self):
        """A second connection takes the session over. What lies unread on the first is never read."""
        if self.online:
            self.place.spawn(self._knock())

    def end_session(self):
        """DISCONNECT with a session expiry of 0; then the broker closes."""
        if self.online:
            self.wanted = False
            self.ending = True
            self.world.sessions.ending(self.name)
            self.send(p.disconnect(properties={"session_expiry_interval": 0}), "> DISCONNECT, session ends")
            self.online = False

    # -- for subclasses --

    def connect_packet(self, clean):
        properties = {"session_expiry_interval": EXPIRY_S}
        if self.receive_maximum:
            properties["receive_maximum"] = self.receive_maximum
        return p.connect(self.name, clean=clean, keepalive=0, properties=properties)

    def connected(self, present):
        """CONNACK was seen."""

    def received(self, packet):
        """A packet other than CONNACK and DISCONNECT."""

    def gone(self):
        """The connection is over."""

    def forget(self):
        """Its session was ended, so what it kept of it is void: a later one is another."""

    def doubt(self):
        """It wanted to end its session, and the broker died: a later one may be the same or another."""

    # -- connection --

    async def _come(self):
        try:
            while self.wanted and self.connection is None:
                await self.place.up.wait()
                if self._failures:
                    await asyncio.sleep(BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)])
                if not self.wanted or not self.place.up.is_set():
                    continue
                self._failures += 1
                await self._knock()
        finally:
            self._coming = None

    async def _knock(self):
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: Connection(self, self.place), "127.0.0.1", self.place.port)
        except OSError:
            # Nobody listens: the broker is dead, and whoever looks after it will see that, too.
            self.place.up.clear()

    def made(self, connection):
        if not self.wanted:
            connection.abandoned = True
            connection.abort()
            return
        if self.connection is not None:
            self.note("takes its session over")
            self.world.happened["takeovers"] += 1
            self.connection.abandoned = True
            self.gone()
        self.connection = connection
        self.online = False
        self._state_before = self.world.sessions.state(self.name)
        self.world.sessions.connecting(self.name, self._clean)
        self.connecting(self._clean)
        self.send(self.connect_packet(self._clean), f"> CONNECT clean={int(self._clean)}")

    def connecting(self, clean):
        """CONNECT is about to be sent."""

    def packet(self, connection, packet):
        if packet.type == "CONNACK":
            self._connack(packet)
        elif packet.type == "DISCONNECT":
            self.note(f"< DISCONNECT 0x{packet.reason:02X}")
        else:
            self.received(packet)

    def _connack(self, packet):
        self.note(f"< CONNACK 0x{packet.reason:02X} present={int(packet.session_present)}")
        if packet.reason:
            return
        clean, self._clean = self._clean, False
        self._failures = 0
        self.online = True
        self.world.sessions.connected(self.name, clean, packet.session_present, self._state_before)
        self.connected(packet.session_present)

    def lost(self, connection):
        if connection is not self.connection:
            return
        self.note("is closed by the broker")
        self._drop()
        if self.wanted:
            self.come()

    def _drop(self):
        """Forgets the connection, and returns it."""
        connection, self.connection = self.connection, None
        connection.abandoned = True
        self.online = False
        ending, self.ending = self.ending, False
        ended = ending and self.place.up.is_set() and self.place.trusted
        if ending and not ended:
            self.doubt()
        if ended:
            self.world.sessions.ended(self.name)
            self.forget()
            self.world.happened["sessions ended"] += 1
        self.gone()
        return connection

    def send(self, data, text):
        self.note(text)
        self.connection.send(data)

    def note(self, text):
        self.world.note(self.name, text)
