"""What the plugin tests share: plugin tables for the configuration, and what the recorder saw."""

import os
import threading

from lib import Broker, allow_all, scaled

MARK, END = "mark\n", "end\n"


def plugin(name, **config):
    """A [[plugin]] table. Keys of the table itself begin with `_`: _id, _required, _defer_timeout, _on_timeout."""
    table = {key[1:]: value for key, value in config.items() if key.startswith("_")}
    return {"name": name, **table, "config": {key: value for key, value in config.items() if not key.startswith("_")}}


def one_event(name, event, number=0, text="", **rest):
    """A plugin of tests/plugins/one_event.h."""
    return plugin(name, event=event, number=number, text=text, **rest)


class Recorded(Broker):
    """A broker with the recorder as its first plugin, then `others`, then allow-all. `flags` are the recorder's,
    which writes into a pipe that a thread empties."""

    def __init__(self, others=(), flags=None, **arguments):
        super().__init__(**arguments)
        path = self.folder / "events"
        os.mkfifo(path)
        # Both ends: neither the plugin's arrival nor its end means anything to the pipe.
        self._pipe = os.open(path, os.O_RDWR)
        self.arguments["plugins"] = [plugin("recorder", file=str(path), **(flags or {})), *others, allow_all()]
        self._heard = threading.Condition()
        self._fresh = []  # lines not yet returned
        self._marks = 0  # that came out of the pipe
        self._before_mark = 0  # fresh lines before the last of them
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self):
        with open(self._pipe, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                with self._heard:
                    if line == MARK:
                        self._marks += 1
                        self._before_mark = len(self._fresh)
                    else:
                        self._fresh.append(line.rstrip("\n"))
                    self._heard.notify_all()
                if line == END:
                    return

    def events(self):
        """The lines written since the last call."""
        marks = self._marks + 1
        os.write(self._pipe, MARK.encode())
        with self._heard:
            assert self._heard.wait_for(lambda: self._marks == marks, scaled(5)), "the mark did not come back"
            found = self._fresh[:self._before_mark]
            del self._fresh[:self._before_mark]
        return found

    def wait_event(self, text, deadline_s=5.0):
        """Waits for a line that contains the text, among those not yet returned by events()."""
        with self._heard:
            found = self._heard.wait_for(lambda: any(text in line for line in self._fresh), scaled(deadline_s))
            assert found, f"no event {text!r} in {self._fresh}"

    def expect_events(self, *expected):
        """The lines since the last look are exactly these."""
        found = self.events()
        assert found == list(expected), "\n".join(["events differ", "expected:", *expected, "found:", *found])

    def stop(self):
        try:
            super().stop()
        finally:
            if self._listener.is_alive():
                self.events_after_stop = self.events()
                self._end_recording()

    def kill(self):
        super().kill()
        self._end_recording()

    def _end_recording(self):
        if self._listener.is_alive():
            os.write(self._pipe, END.encode())
            self._listener.join()
