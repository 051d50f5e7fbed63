#!/usr/bin/env python3
"""Installs a build into a temporary folder, and uses what is there as an operator and a plugin author would: manual
pages, pkg-config, headers, the template. Ends with `N passed, N failed`."""

import argparse
import inspect
import pathlib
import sys
import tempfile
import traceback

import check_files
import check_manuals
import check_template
import check_units
from installation import Installation


def tests_of(module):
    return [function for name, function in inspect.getmembers(module, inspect.isfunction) if name.startswith("test_")]


def cases(installed, copies):
    """Name and function of every test."""
    for module in (check_files, check_manuals, check_units):
        for test in tests_of(module):
            yield test.__name__, lambda test=test: test(installed)
    for heading, copy in copies.items():
        for check in check_template.CHECKS:
            yield f"{heading}: {check.__name__}", lambda check=check, copy=copy: check(copy.result())
    for test in tests_of(check_template):
        yield test.__name__, lambda test=test: test(installed, copies)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build", type=pathlib.Path)
    parser.add_argument("--filter", default="", help="only tests with this in their name")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="grapnel-sdk-") as folder:
        installed = Installation(options.build.resolve(), pathlib.Path(folder))
        copies = check_template.build_all(installed)
        for name, test in cases(installed, copies):
            if options.filter not in name:
                continue
            try:
                test()
                passed += 1
            except Exception:
                failed += 1
                print(f"FAILED {name}", traceback.format_exc(limit=-3, chain=False), sep="\n")
        for copy in copies.values():
            copy.exception()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
