"""The order of all events of a trial, and where in it each of them lies."""

import time
from typing import NamedTuple


class Moment(NamedTuple):
    """An event: its number in the whole trial, the life of the broker it fell into, seconds since that began."""
    number: int
    life: int
    seconds: float

    def __str__(self):
        return f"life {self.life} +{self.seconds:.3f} s"


class Clock:
    """Counts events. One thread uses it, so that the numbers are the order in which the clients saw things."""

    def __init__(self, now=time.monotonic):
        self._now = now
        self._number = 0
        self.life = 0
        self._began_at = [now()]

    def begin_life(self):
        self.life += 1
        self._began_at.append(self._now())

    def seconds(self):
        return self._now()

    @property
    def began_at(self):
        """When this life began."""
        return self._began_at[-1]

    def seconds_of(self, moment):
        """When an event was, as seconds() would have said then."""
        return self._began_at[moment.life] + moment.seconds

    def tick(self):
        """The Moment of an event that happens now."""
        self._number += 1
        return Moment(self._number, self.life, self._now() - self.began_at)
