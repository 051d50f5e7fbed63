"""When which will is due. Times are seconds of the monotonic clock, which the caller tells."""

from dataclasses import dataclass, field

EARLY_S = 0.05  # the clocks of broker and harness are read at different moments
LATE_S = 1.5  # a machine with other work


@dataclass
class Will:
    """`earliest` is None while the client is connected. `latest` is None while the broker may not know yet, or not
    have written down, that the client is gone."""
    key: tuple
    delay_s: float
    certain: bool = False  # CONNACK was seen
    optional: bool = False  # whether it comes is up to the broker
    forbidden: bool = False  # the client was back in time, as CONNACK said
    vanished_at: float | None = None
    earliest: float | None = None
    latest: float | None = None
    arrivals: dict = field(default_factory=dict)  # watcher: time
    behind: dict = field(default_factory=dict)  # watcher: when it last got what was published before this will

    def __str__(self):
        return f"will {' '.join(map(str, self.key))} with a delay of {self.delay_s} s"


class Wills:
    """The wills of clients that each have at most one at a time, and the watchers who must get every one. One is too
    late when `late_s` went by since it was due."""

    def __init__(self, clock, findings, watchers, late_s):
        self._late_after_s = late_s
        self._clock = clock
        self._findings = findings
        self._watchers = watchers
        self._wills = {}
        self._current = {}  # client: its newest Will
        self._watching_since = {}  # watcher: time, while it is connected

    def watching(self, watcher, at):
        """CONNACK of a watcher was seen."""
        self._watching_since[watcher] = at

    def not_watching(self, watcher):
        """A watcher lost its connection, or closed it."""
        self._watching_since.pop(watcher, None)

    def connecting(self, name, key, delay_s, at):
        """CONNECT with this will is about to be sent. What became of the one before is open until CONNACK."""
        before = self._current.get(name)
        overdue = before is not None and before.latest is not None and at > before.latest + self._late_after_s
        if before is not None and not overdue:
            before.optional = True
        will = Will(key, delay_s)
        self._wills[key] = self._current[name] = will
        return before

    def connected(self, name, before, at):
        """CONNACK was seen; `before` is what connecting() returned."""
        self._current[name].certain = True
        if before is not None and not before.arrivals and (before.earliest is None or at < before.earliest):
            before.forbidden = True

    def vanished(self, name, at):
        """The client closes its socket without DISCONNECT."""
        will = self._current[name]
        will.vanished_at, will.earliest = at, at + will.delay_s

    def noticed(self, at):
        """The broker has certainly written down who vanished before this time."""
        for will in self._pending():
            if will.vanished_at is not None and will.vanished_at < at and will.latest is None:
                will.latest = will.earliest

    def left(self, name, at):
        """DISCONNECT was sent: the will shall not come, but it may, if that did not get through."""
        will = self._current[name]
        will.optional = True
        will.earliest = at + will.delay_s

    def killed(self, at):
        """Whoever was connected lost the connection now."""
        for will in self._wills.values():
            if will.earliest is None:
                will.vanished_at, will.earliest = at, at + will.delay_s

    def restarted(self, at):
        """The broker serves again: what it did not know before, it knows now."""
        for will in self._pending():
            if will.earliest is not None and will.latest is None:
                will.latest = at + will.delay_s

    def arrived(self, watcher, key, qos, at):
        """A watcher's application gets a will."""
        will = self._wills.get(key)
        if will is None:
            self._findings.add("invented", f"{watcher} got will {key}, which no client has", watcher)
            return
        first = will.arrivals.setdefault(watcher, at)
        names = watcher, " ".join(map(str, key))
        if first != at:
            if qos == 2:
                self._findings.add("twice", f"{watcher} got {will} again, {at - first:.3f} s after the first", *names)
        elif will.forbidden:
            self._findings.add("will", f"{watcher} got {will}, whose client had come back in time", *names)
        elif will.earliest is None:
            self._findings.add("will", f"{watcher} got {will}, whose client is connected", *names)
        elif at < will.earliest - EARLY_S:
            self._findings.add("will", f"{watcher} got {will} {will.earliest - at:.3f} s before it was due", *names)
        elif self._late_s(will, watcher, at) > self._late_after_s:
            self._findings.add("will", f"{watcher} got {will} {at - will.latest:.3f} s after it was due", *names)

    def queue_moved(self, watcher, published_at, at):
        """A watcher gets a message that was published then: what came later may wait behind it."""
        for will in self._pending():
            if will.latest is None or published_at < will.latest + self._late_after_s:
                will.behind[watcher] = at

    def _late_s(self, will, watcher, at):
        """For how long the watcher could have had the will."""
        since = self._watching_since.get(watcher)
        if will.latest is None or since is None:
            return 0.0
        return at - max(will.latest, since, will.behind.get(watcher, since))

    def _pending(self):
        return [will for will in self._wills.values() if len(will.arrivals) < len(self._watchers)]

    def _mandatory(self):
        return [will for will in self._pending()
                if will.certain and not will.optional and not will.forbidden and will.latest is not None]

    def awaited(self):
        """Whether a will that must come has not come."""
        return bool(self._mandatory())

    def overdue(self, at):
        """Pairs of a will that must have come by now and a watcher to whom it has not come."""
        return [(will, watcher) for will in self._mandatory() for watcher in self._watchers
                if watcher not in will.arrivals and self._late_s(will, watcher, at) > self._late_after_s]

    def check_overdue(self, at):
        """What must have come by now has come."""
        for will, watcher in self.overdue(at):
            self._findings.add("will", f"{watcher} has not got {will}, which was due {at - will.latest:.3f} s ago",
                               watcher, " ".join(map(str, will.key)))
            will.optional = True
