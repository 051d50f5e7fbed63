"""Which clients have a session, and what CONNACK must say about it."""

import enum


class State(enum.Enum):
    ABSENT = 0
    KEPT = 1
    UNKNOWN = 2  # a request was sent whose answer was not seen


class Sessions:
    """One state a client. A session that a CONNACK confirmed is kept over everything that follows, and one whose end
    the broker confirmed by closing the connection is gone."""

    def __init__(self, clock, findings):
        self._clock = clock
        self._findings = findings
        self._states = {}
        self._since = {}

    def _set(self, name, state):
        self._states[name] = state
        self._since[name] = self._clock.tick()

    def state(self, name):
        return self._states.get(name, State.ABSENT)

    def connecting(self, name, clean):
        """CONNECT is about to be sent, with a session expiry."""
        if clean or self.state(name) is State.ABSENT:
            self._set(name, State.UNKNOWN)

    def connected(self, name, clean, present, before):
        """CONNACK was seen; `before` is the state before CONNECT was sent."""
        since = self._since.get(name)
        if clean and present:
            self._findings.add("session", f"{name} connected with clean start, and session present is 1", name)
        elif not clean and before is State.KEPT and not present:
            self._findings.add("session", f"session present is 0 for {name}, which has one since {since}", name)
        elif not clean and before is State.ABSENT and present:
            ended = f"which ended it in {since}" if name in self._states else "which never had one"
            self._findings.add("session", f"session present is 1 for {name}, {ended}", name)
        self._set(name, State.KEPT)

    def ending(self, name):
        """DISCONNECT with a session expiry of 0 is about to be sent."""
        self._set(name, State.UNKNOWN)

    def ended(self, name):
        """After that, the broker closed the connection, and was alive."""
        self._set(name, State.ABSENT)
