"""The violations of what a broker promises, as they are found."""

import collections
from typing import NamedTuple


class Finding(NamedTuple):
    """`kind` is a word, `text` says which message or client, and what was seen; `names` are what to look for in
    the trace."""
    kind: str
    text: str
    names: tuple = ()

    def __str__(self):
        return f"VIOLATION {self.kind}: {self.text}"


class Findings:
    """What was found, in order. Kinds that are `tolerated` are only counted."""

    def __init__(self, tolerated=()):
        self.found = []
        self.tolerated = collections.Counter({kind: 0 for kind in tolerated})

    def add(self, kind, text, *names):
        if kind in self.tolerated:
            self.tolerated[kind] += 1
        else:
            self.found.append(Finding(kind, text, names))

    def __bool__(self):
        return bool(self.found)

    def kinds(self):
        return [each.kind for each in self.found]
