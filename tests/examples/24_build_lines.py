"""The line that each source names builds a plugin out of it, where the SDK's headers are found."""
import os
import pathlib
import re
import subprocess
import tempfile

from examplelib import SOURCES, example
from lib import Broker, allow_all, connect, scaled

workers = (1,)


def built(source, folder):
    """The library that the source's Build line makes; the compilers see the headers as if installed."""
    line = re.search(r"^// Build: (.*)$", source.read_text(), re.M).group(1)
    target = pathlib.Path(folder) / re.search(r"-o (\S+\.so)", line).group(1)
    subprocess.run(["sh", "-c", line.replace(target.name, str(target))], cwd=source.parent, timeout=scaled(60),
                   check=True, env={**os.environ, "CPATH": str(SOURCES.parent / "include")})
    return target


def loads(source, **settings):
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        library = built(SOURCES / source, folder)
        shown = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True,
                               timeout=scaled(20), check=True)
        assert " gn_plugin_entry\n" in shown.stdout, shown.stdout
        plugin = {**example(library.stem, **settings), "path": str(library)}
        with Broker(plugins=[allow_all(), plugin]) as broker:
            connect(broker, "a").disconnect()


def test_webhook():
    loads("webhook.cpp", url="http://127.0.0.1:1/")


def test_scram():
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    loads("scram.cpp", users={"ann": {"salt": "AAAA", "iterations": 4096, "stored_key": key, "server_key": key}})


def test_rust_hello():
    loads("rust-hello/rust_hello.rs", prefix="text/")
