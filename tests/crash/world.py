"""What was promised to everybody in one trial, and everything that was seen."""

import collections

from clock import Clock
from deliveries import Deliveries
from findings import Findings
from retained import Retained
from sessions import Sessions
from wills import LATE_S, Wills

TRACE_LINES = 400_000
SHOWN_LINES = 40


class World:
    """The checkers, their common clock, and the trace. `watchers` are the clients that get all wills, `tolerated` the
    kinds of findings that do not count, `late_s` when a will is too late."""

    def __init__(self, watchers=(), clock=None, tolerated=(), late_s=LATE_S):
        self.clock = clock or Clock()
        self.findings = Findings(tolerated)
        self.deliveries = Deliveries(self.clock, self.findings)
        self.retained = Retained(self.clock, self.findings)
        self.sessions = Sessions(self.clock, self.findings)
        self.wills = Wills(self.clock, self.findings, tuple(watchers), late_s)
        self.happened = collections.Counter()  # what the trial had to do with, so that nobody trusts an idle one
        self._trace = collections.deque(maxlen=TRACE_LINES)

    def note(self, name, text):
        """Appends a line to the trace."""
        clock = self.clock
        self._trace.append((clock.life, clock.seconds() - clock.began_at, name, text))

    def trace_lines(self):
        for life, seconds, name, text in self._trace:
            yield f"{life:3} {seconds:8.4f} {name:8} {text}"

    def excerpt(self, finding):
        """The end of what the trace says about a finding: the lines of the clients and messages it names."""
        marks = [f" {name} " for name in finding.names if " " in name]
        lines = [line for line in self.trace_lines() if "----" in line or any(mark in line + " " for mark in marks)]
        return lines[-SHOWN_LINES:]
