"""What the comment at the head of each example says can be done: build it with the one line, and load it with the
settings that are given there."""
import os
import pathlib
import re
import subprocess
import tempfile

from lib import Broker, scaled, toml

# Programs with a broker inside, not plugins.
EMBEDDERS = {"embed.c"}
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "sdk" / "examples"
SDK = EXAMPLES.parent / "include"
workers = (1,)


def head(source):
    """The comment at the head of a C or C++ file, without its marks."""
    lines = []
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("//", "/*", " *")):
            break
        lines.append(re.sub(r"^(// ?|/\* ?| \*/| \* ?)", "", line))
    return lines


def build(source, line, folder):
    environment = dict(os.environ, CPATH=str(SDK))
    done = subprocess.run(line.replace(source.name, str(source)), shell=True, cwd=folder, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=scaled(60), check=False)
    assert done.returncode == 0 and not done.stdout, f"{line}\n{done.stdout}"
    assert (pathlib.Path(folder) / f"{source.stem}.so").exists(), line


def load(name, settings, folder):
    """A broker with this plugin alone is ready, and ends well."""
    tree = {"broker": {"data_dir": folder}, "log": {"format": "json"}, "plugins": {"search": [folder]},
            "listener": [{"id": "tcp", "type": "tcp", "address": "127.0.0.1:0"}]}
    pasted = "\n".join(settings).replace("/var/lib/grapnel", folder)
    with Broker(text=f"{toml(tree)}\n{pasted}\n") as broker:
        broker.wait_record("plugin loaded", plugin=name)
        warnings = [record for record in broker.records if "nobody asked" in record.get("message", "")]
        assert not warnings, warnings


def test_every_example_is_built_and_loaded_as_it_says():
    with tempfile.TemporaryDirectory() as folder:
        for source in sorted([*EXAMPLES.glob("*.c"), *EXAMPLES.glob("*.cpp")]):
            if source.name in EMBEDDERS:
                continue
            given = [line[4:] for line in head(source) if line.startswith("    ")]
            builds = [line for line in given if re.match(r"(cc|c\+\+) ", line)]
            assert len(builds) == 1, f"{source.name}: {builds}"
            build(source, builds[0], folder)
            load(source.stem, given[given.index("[[plugin]]"):given.index(builds[0])], folder)
