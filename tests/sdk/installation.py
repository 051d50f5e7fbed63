"""A broker installed into a temporary folder, and what its users find there."""

import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND_S = 240


def run(*command, check=True, **options):
    """Runs a command to its end; AssertionError with its output where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=COMMAND_S,
                          stdin=subprocess.DEVNULL, check=False, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def prefix_of(build):
    options = json.loads((pathlib.Path(build) / "meson-info" / "intro-buildoptions.json").read_text())
    return next(option["value"] for option in options if option["name"] == "prefix")


class Installation:
    """What `meson install` makes of a build folder below `folder`/root, without building anything."""

    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.root = folder / "root"
        self.prefix = self.root / prefix_of(build).lstrip("/")
        self.install()
        self.plugins = self.prefix / "lib" / "grapnel" / "plugins"
        self.environment = self.make_environment()

    def install(self):
        run("meson", "install", "-C", self.build, "--destdir", self.root, "--no-rebuild", "--only-changed",
            "--quiet")

    def make_environment(self):
        """The broker and the SDK are found here, by PATH and pkg-config, and nothing of the source tree is."""
        tools = self.folder / "tools"
        tools.mkdir()
        # What was installed for /usr lies elsewhere, which pkg-config can be told.
        wrapper = tools / "pkg-config"
        program = shutil.which("pkg-config")
        wrapper.write_text(f'#!/bin/sh\nexec {program} --define-prefix "$@"\n')
        wrapper.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRAPNEL", "PKG_CONFIG"))}
        # Folders differ from run to run, what is compiled in them does not.
        cached = {"CCACHE_BASEDIR": str(self.folder), "CCACHE_NOHASHDIR": "1"}
        if shutil.which("ccache"):
            cached["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
        found = {"PATH": f"{tools}:{self.prefix / 'bin'}:{os.environ['PATH']}", "PKG_CONFIG": str(wrapper),
                 "PKG_CONFIG_PATH": str(self.prefix / "share" / "pkgconfig"), "CMAKE_GENERATOR": "Ninja"}
        return {**kept, **cached, **found}

    def pkg_config(self, *arguments):
        return run("pkg-config", *arguments, "grapnel-sdk", env=self.environment).stdout.strip()

    def grapnel(self, *arguments):
        return run("grapnel", *arguments, env=self.environment, check=False)
