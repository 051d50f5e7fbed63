"""What the tests of sdk/examples share."""

import pathlib

from lib import build_dir

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "sdk" / "examples"


def library(name):
    """The path of the built example."""
    return build_dir() / "sdk" / "examples" / f"{name}.so"


def example(name, **config):
    """A [[plugin]] table. Keys of the table itself begin with `_`: _id, _defer_timeout, _on_timeout."""
    table = {"id": name, "path": str(library(name))}
    table.update((key[1:], value) for key, value in config.items() if key.startswith("_"))
    return {**table, "config": {key: value for key, value in config.items() if not key.startswith("_")}}


def refused_start(broker, text):
    """This Broker does not start, and its log says why."""
    broker.launch()
    code = broker.wait_exit()
    assert code > 0, f"ended with {code}"
    assert text in broker.log_text(), broker.log_tail()
    broker.check_sanitizers()
    broker.process = None
