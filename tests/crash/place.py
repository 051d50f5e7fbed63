"""Where the broker is, for the clients: a port that changes with every life, and whether to knock there."""

import asyncio

from lib import scaled


class Place:
    """`up` is set while clients shall connect, `noisy` while they shall make load, `trusted` while a closed connection
    is the broker's doing and not its death; `dead` when it is known to be dead. `moved()` is called whenever anything
    arrived, which wakes who waits for a condition."""

    def __init__(self):
        self.port = None
        self.up = asyncio.Event()
        self.noisy = False
        self.trusted = True
        self.dead = False
        self.ended = False
        self.fault = None
        self.connections = set()
        self.packets = 0
        self._tasks = set()
        self._moved = asyncio.Event()
        self._strike_at = None
        self._strike = None

    def prepare(self, port):
        """The broker listens; only who is sent knocks."""
        self.port = port
        self.dead = False

    def open(self):
        self.up.set()

    def close(self):
        """Clients knock no more, and make no new load; what they have received counts."""
        self.up.clear()
        self.noisy = False

    def died(self):
        self.close()
        self.dead = True
        self.moved()

    def spawn(self, coroutine):
        """A task that lives until it ends or the trial does."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self._report)
        return task

    def later(self, seconds, call):
        """Calls it then, unless the trial has ended."""
        asyncio.get_running_loop().call_later(seconds, lambda: self.ended or call())

    def _report(self, task):
        if not task.cancelled() and task.exception() is not None:
            self.fail(task.exception())

    def fail(self, error):
        """The harness itself is at fault: whoever waits for something raises it."""
        self.fault = self.fault or error
        self.moved()

    def end(self):
        self.ended = True
        for task in self._tasks:
            task.cancel()
        for connection in list(self.connections):
            connection.abandoned = True
            connection.abort()

    # -- the moment of a kill --

    def arm(self, packets, strike):
        """Calls strike() once so many more packets have arrived."""
        self._strike_at, self._strike = self.packets + packets, strike

    def disarm(self):
        self._strike_at = None

    def count_packet(self):
        self.packets += 1
        if self._strike_at is not None and self.packets >= self._strike_at:
            self._strike_at = None
            self._strike()

    # -- waiting --

    def moved(self):
        self._moved.set()

    def _check(self):
        if self.fault is not None:
            raise self.fault

    async def deserted(self, most_s):
        """Waits until all connections to a dead broker are read to their end and closed."""
        limit = asyncio.get_running_loop().time() + scaled(most_s)
        while self.connections:
            self._check()
            self._moved.clear()
            await asyncio.wait_for(self._moved.wait(), limit - asyncio.get_running_loop().time())

    async def settled(self, condition, quiet_s, most_s):
        """Waits until condition() holds. False when nothing arrived for quiet_s, after most_s, or when the broker is
        dead."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + scaled(most_s)
        while not condition():
            self._check()
            if self.dead:
                return False
            self._moved.clear()
            left = min(scaled(quiet_s), limit - loop.time())
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except asyncio.TimeoutError:
                return condition()
        return True
