"""When and how a broker, or its store, dies."""

from dataclasses import dataclass

FAILPOINT_COUNTS = (1, 2, 5, 20, 100)
FAILPOINT_S = 1.0  # by then the step was passed often enough, or it will not be


@dataclass(frozen=True)
class Kill:
    """`moment`: "load", all are connected and what was before is verified; "recovery", while clients connect again and
    send what was open; "startup", before the broker listens. It happens after so many packets, or seconds, whichever
    comes first. With a failpoint the broker kills itself. `victim` is "broker" or "store"."""
    moment: str
    seconds: float
    packets: int
    victim: str = "broker"
    failpoint: str | None = None

    def __str__(self):
        if self.failpoint:
            return f"kill itself at {self.failpoint}"
        return f"kill {self.victim} in {self.moment} after {self.seconds:.3f} s or {self.packets} packets"


class Kills:
    """Kills in a row that follow from a random generator. `failpoints` are tried in turn, every second time; only one
    of them if `only` names it, and then every time."""

    def __init__(self, random, store, only=None):
        self._random = random
        self._store = store
        self._only = only
        names = [only] if only else store.failpoints
        self._failpoints = [name if ":" in name else f"{name}:{count}" for count in FAILPOINT_COUNTS for name in names]
        self._made = 0

    def next(self):
        self._made += 1
        if self._failpoints and (self._only or self._made % 2 == 0):
            turn = self._made if self._only else self._made // 2
            return Kill("load", FAILPOINT_S, 1 << 30, failpoint=self._failpoints[(turn - 1) % len(self._failpoints)])
        if self._store.has_server and self._random.random() < 0.5:
            return Kill("load", *self._after(0.2, 0.6, 8000), victim="store")
        choice = self._random.random()
        if choice < 0.05:
            return Kill("startup", *self._after(0.0, 0.05, 1))
        if choice < 0.25:
            return Kill("recovery", *self._after(0.05, 0.4, 1000))
        return Kill("load", *self._after(0.2, 0.6, 8000))

    def _after(self, least_s, most_s, packets):
        return self._random.uniform(least_s, most_s), self._random.randrange(1, packets + 1)
