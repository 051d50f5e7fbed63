#!/usr/bin/env python3
"""Looks at what was built: each plugin exports gn_plugin_entry and nothing else, and takes nothing from the broker,
which exports nothing of ours. Ends with `N passed, N failed`."""

import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
NO_PLUGIN = {"no_symbol.so"}
OURS = re.compile(r"\bgn_|grapnel")


def symbols(path, what):
    """Names in the dynamic symbol table, without versions."""
    done = subprocess.run(["nm", "-D", "-P", what, path], capture_output=True, text=True, check=True)
    return [line.split()[0].split("@")[0] for line in done.stdout.splitlines()]


def plugin_faults(path):
    exported, taken = symbols(path, "--defined-only"), symbols(path, "--undefined-only")
    wanted = [] if path.name in NO_PLUGIN else ["gn_plugin_entry"]
    faults = [] if exported == wanted else [f"{path} exports {exported}"]
    return faults + [f"{path} takes {name} from the broker" for name in taken if OURS.search(name)]


def program_faults(path):
    return [f"{path} exports {name}" for name in symbols(path, "--defined-only") if OURS.search(name)]


def plugins_of(build):
    """Bundled ones, those of the tests, and those built against old headers."""
    found = {"plugins": [], "tests/plugins": [], "tests/abi": []}
    for folder, paths in found.items():
        paths += sorted(path for path in (build / folder).glob("**/*.so") if path.is_file())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parents[1] / "build")
    build = parser.parse_args().build
    passed, faults = 0, []
    found = plugins_of(build)
    faults += [f"no plugin in {build / folder}" for folder, paths in found.items() if not paths]
    checks = [plugin_faults(path) for paths in found.values() for path in paths]
    for each in [*checks, program_faults(build / "broker" / "grapnel")]:
        passed += not each
        faults += each
    print(*faults, sep="\n")
    print(f"{passed} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
