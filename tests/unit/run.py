#!/usr/bin/env python3
"""Runs every unit test program of a build folder and ends with `N passed, N failed`."""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNTS = re.compile(r"^\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped", re.M)


def run(program):
    """A program that ends badly, or skips, or counts nothing, adds one failure."""
    try:
        done = subprocess.run([program, "--no-colors"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=120, text=True, errors="replace", cwd=ROOT)
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as expired:
        output, status = f"{expired.stdout}\nno end in 120 s", 1
    found = COUNTS.search(output)
    if not found:
        return 0, 1, output
    _, passed, failed, skipped = map(int, found.groups())
    failed += skipped
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    return passed, failed, output


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("names", nargs="*", help="only these: base mqtt …")
    options = parser.parse_args()
    folder = pathlib.Path(options.build).resolve() / "tests" / "unit"
    programs = sorted(each for each in folder.glob("*_unit") if each.is_file())
    if options.names:
        programs = [each for each in programs if each.name.removesuffix("_unit") in options.names]
    total_passed = total_failed = 0
    for program in programs:
        passed, failed, output = run(program)
        total_passed, total_failed = total_passed + passed, total_failed + failed
        print(f"{program.name}: {passed} passed, {failed} failed in this program")
        if failed:
            print(output)
    if not programs:
        print(f"no test programs in {folder}")
        total_failed += 1
    print(f"{total_passed} passed, {total_failed} failed")
    return 1 if total_failed else 0


if __name__ == "__main__":
    sys.exit(main())
