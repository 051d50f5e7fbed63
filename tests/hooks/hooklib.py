"""What the plugin tests share: plugin tables for the configuration, and the recorder's file."""

import pathlib
import tempfile
import time

from lib import Broker, allow_all, scaled


def plugin(name, **config):
    """A [[plugin]] table. Keys of the table itself begin with `_`: _id, _required, _defer_timeout, _on_timeout."""
    table = {key[1:]: value for key, value in config.items() if key.startswith("_")}
    return {"name": name, **table, "config": {key: value for key, value in config.items() if not key.startswith("_")}}


def one_event(name, event, number=0, text="", **rest):
    """A plugin of tests/plugins/one_event.h."""
    return plugin(name, event=event, number=number, text=text, **rest)


class Recorded(Broker):
    """A broker with the recorder as its first plugin, then `others`, then allow-all. `flags` are the recorder's."""

    def __init__(self, others=(), flags=None, **arguments):
        self.events_path = pathlib.Path(tempfile.mkstemp(prefix="grapnel-events-")[1])
        recorder = plugin("recorder", file=str(self.events_path), **(flags or {}))
        super().__init__(plugins=[recorder, *others, allow_all()], **arguments)
        self._seen = 0

    def events(self):
        """The lines written since the last call."""
        lines = self.events_path.read_text().splitlines()
        fresh, self._seen = lines[self._seen:], len(lines)
        return fresh

    def wait_event(self, text, deadline_s=5.0):
        """Waits for a line that contains the text, among those not yet returned by events()."""
        limit = time.monotonic() + scaled(deadline_s)
        while time.monotonic() < limit:
            if any(text in line for line in self.events_path.read_text().splitlines()[self._seen:]):
                return
            time.sleep(0.005)
        raise AssertionError(f"no event {text!r} in {self.events_path.read_text().splitlines()[self._seen:]}")

    def expect_events(self, *expected, drop=()):
        """The lines since the last look are exactly these. `drop`: event names to leave out of the comparison."""
        found = [line for line in self.events() if line.split()[0] not in drop]
        assert found == list(expected), "\n".join(["events differ", "expected:", *expected, "found:", *found])

    def stop(self):
        try:
            super().stop()
        finally:
            self.events_after_stop = self.events()
            self.events_path.unlink(missing_ok=True)
