#!/usr/bin/env python3
"""Runs every fuzz target of a build folder over mutated seeds for a short time, and the canary, which must fail. Ends
with `N passed, N failed`. `./dev fuzz` is the long run."""

import argparse
import pathlib
import subprocess
import sys


def end_of(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          timeout=300)
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", default="200000", help="inputs of each target")
    options = parser.parse_args()
    folder = pathlib.Path(options.build).resolve() / "tests" / "fuzz"
    targets = sorted(each for each in folder.glob("*_fuzz") if each.is_file())
    passed = failed = 0
    for target in targets + [folder / "canary"]:
        status, output = end_of([target, options.seed, options.count])
        if (status == 0) == (target.name != "canary"):
            passed += 1
        else:
            failed += 1
            print(f"FAIL {target.name} ended with {status}\n{output}")
    if not targets:
        print(f"no fuzz targets in {folder}")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
