"""One TCP connection of a client, in raw packets."""

import asyncio

from lib import packets as p


class Connection(asyncio.Protocol):
    """Hands packets to its client: made(connection), packet(connection, packet), lost(connection). Once abandoned it
    says nothing any more, but stays open until the broker closes it."""

    def __init__(self, client, place):
        self._client = client
        self._place = place
        self._transport = None
        self._buffer = bytearray()
        self.abandoned = False

    def connection_made(self, transport):
        self._transport = transport
        self._place.connections.add(self)
        self._client.made(self)

    def data_received(self, data):
        if self.abandoned:
            return
        self._buffer += data
        try:
            while not self.abandoned:
                parsed = p.parse(self._buffer, 5)
                if not parsed:
                    break
                packet, length = parsed
                del self._buffer[:length]
                self._place.count_packet()
                self._client.packet(self, packet)
        except p.ProtocolFault as fault:
            self._client.world.findings.add("protocol", f"{self._client.name} got what no server may send: {fault}",
                                            self._client.name)
            self.abort()
        self._place.moved()

    def connection_lost(self, _):
        self._place.connections.discard(self)
        if not self.abandoned:
            self._client.lost(self)
        self._place.moved()

    def send(self, data):
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self):
        """Sends what was given to send(), then closes."""
        self._transport.close()

    def abort(self):
        """Closes at once."""
        self._transport.abort()
