"""The load generator, as a process of its own on the load's processors."""

import json
import subprocess

from machine import Places


class LoadError(Exception):
    """The load generator could not measure, and says why."""


def run(build, running, words, places, timeout_s):
    """One run against a running broker: the generator's report. `words` are its mode and the options beyond those that
    say which broker it is."""
    command = [str(build / "tests" / "bench" / "load"), *map(str, words), "--port", str(running.port), "--broker",
               str(running.pid)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout_s,
                              preexec_fn=Places.pin(places.load))
    except subprocess.TimeoutExpired as error:
        raise LoadError("the load does not end") from error
    if done.returncode != 0:
        raise LoadError(done.stderr.strip() or f"the load ended with {done.returncode}")
    return json.loads(done.stdout)
