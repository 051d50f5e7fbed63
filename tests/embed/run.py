#!/usr/bin/env python3
"""The broker as a library: every case of embed_tests in a process of its own, the example with a client, and what the
library exports. Ends with `N passed, N failed`."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "broker"))
from lib import connect, scaled  # noqa: E402

CASE_S = 60.0
ONE_PASSED = re.compile(r"test cases:\s+1 \|\s+1 passed")
build = ROOT / "build"


def run(command, **more):
    return subprocess.run([str(each) for each in command], capture_output=True, text=True, errors="replace",
                          timeout=scaled(CASE_S), check=False, **more)


def case_names():
    listed = run([build / "tests" / "embed" / "embed_tests", "--list-test-cases", "--no-colors", "--minimal"])
    return [line for line in listed.stdout.splitlines() if line and not line.startswith(("[doctest]", "==="))]


def check_case(name):
    environment = dict(os.environ)
    if name.startswith("stuck"):
        # Threads that nobody can end are what these are about.
        environment["TSAN_OPTIONS"] = environment.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0"
    pattern = name.replace("\\", "\\\\").replace(",", "\\,")
    done = run([build / "tests" / "embed" / "embed_tests", "--no-colors", f"--test-case={pattern}"], env=environment)
    assert done.returncode == 0 and ONE_PASSED.search(done.stdout), done.stdout + done.stderr


def test_example():
    """It serves clients, prints what they publish below hello/, and ends with its input."""
    process = subprocess.Popen([str(build / "sdk" / "examples" / "embed")], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = sorted([process.stdout.readline(), process.stdout.readline()])
        assert first[0] == "hello/world: here I am\n", first
        client = connect(int(first[1].removeprefix("port ")), "visitor")
        client.subscribe("hello/world")
        client.receive("hello/world", b"here I am", retain=True)
        client.publish("hello/you", b"there")
        line = process.stdout.readline()
        assert line == "hello/you: there\n", line
        _, errors = process.communicate("", timeout=scaled(CASE_S))
        assert process.returncode == 0, errors
        assert " info server: stopped" in errors, errors
    finally:
        process.kill()
        process.wait()


def test_exports():
    """Nothing but the functions of the header, and a name that programs are linked with."""
    library = next((build / "broker" / "embed").glob("libgrapnel.so.0.*.*"))
    shown = run(["nm", "-D", "--defined-only", library]).stdout
    names = [line.split()[-1].split("@")[0] for line in shown.splitlines()]
    header = (ROOT / "sdk" / "include" / "grapnel" / "broker.h").read_text()
    assert "gn_broker_start" in names
    strange = [name for name in names if name not in ("LIBGRAPNEL_0",) and name + "(" not in header]
    assert not strange, strange
    assert "Library soname: [libgrapnel.so.0]" in run(["readelf", "-d", library]).stdout


def main():
    global build
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=str(build))
    parser.add_argument("--filter", default="", help="only cases whose name contains this")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    names = case_names()
    tests = [(name, lambda name=name: check_case(name)) for name in names]
    tests += [(name, each) for name, each in globals().items() if name.startswith("test_")]
    passed = failed = 0
    for name, test in tests:
        if options.filter not in name:
            continue
        try:
            test()
            passed += 1
        except Exception:
            failed += 1
            print(f"FAIL {name}\n{traceback.format_exc()}")
    if not names:
        failed += 1
        print("no cases were found")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
