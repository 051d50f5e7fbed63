#!/usr/bin/env python3
"""Runs the plugin tests: the header alone (tests/abi), then every NN_topic_case.py in this folder against a
whole broker with the plugins of tests/plugins, once per worker count. Ends with `N passed, N failed`; exit 1
if anything failed."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = HERE.parent / "broker"
FILE_S = 90.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.environ.get("GRAPNEL_BUILD", str(HERE.parents[1] / "build")))
    parser.add_argument("--workers", default="1,4", help="worker counts, by comma")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--filter", default="", help="only files whose name contains this")
    parser.add_argument("--time-scale", type=float, default=float(os.environ.get("GRAPNEL_TEST_TIME_SCALE", "1")),
                        help="stretches every deadline, for sanitizer builds")
    parser.add_argument("files", nargs="*")
    return parser.parse_args()


def declared_workers(path, asked):
    """A file may say `workers = (1,)`: the counts for which it is meaningful."""
    found = re.search(r"^workers = \(([\d, ]*)\)$", path.read_text(), re.M)
    if not found:
        return asked
    allowed = [int(each) for each in found.group(1).split(",") if each.strip()]
    return [count for count in asked if count in allowed]


def run_one(path, workers, options):
    environment = dict(os.environ, GRAPNEL_BUILD=options.build, GRAPNEL_TEST_WORKERS=str(workers),
                       GRAPNEL_TEST_TIME_SCALE=str(options.time_scale), PYTHONPATH=f"{LIBRARY}:{HERE}")
    process = subprocess.Popen([sys.executable, "-B", "-m", "lib.case", str(path)], env=environment, cwd=LIBRARY,
                               text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=FILE_S * options.time_scale)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        output += f"--- {path.name} did not end in {FILE_S * options.time_scale:.0f} s\n"
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # a broker that a crashed test left behind
        except ProcessLookupError:
            pass
    found = re.search(r"^RESULT (\d+) (\d+)$", output, re.M)
    passed, failed = (int(found.group(1)), int(found.group(2))) if found else (0, 1)
    return path, workers, passed, failed, output


def run_header():
    """The header's own test, which needs no broker."""
    done = subprocess.run([sys.executable, "-B", str(HERE.parent / "abi" / "run.py")], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    found = re.search(r"^(\d+) passed, (\d+) failed$", done.stdout, re.M)
    passed, failed = (int(found.group(1)), int(found.group(2))) if found else (0, 1)
    if failed:
        print(done.stdout, flush=True)
    return passed, failed


def main():
    options = arguments()
    options.build = str(pathlib.Path(options.build).resolve())
    asked = [int(each) for each in options.workers.split(",")]
    files = [pathlib.Path(each).resolve() for each in options.files] or sorted(HERE.glob("[0-9][0-9]_*.py"))
    runs = [(path, count) for path in files if options.filter in path.name
            for count in declared_workers(path, asked)]
    passed, failed = (0, 0) if options.files or options.filter else run_header()
    failures = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(run_one, path, count, options) for path, count in runs]
        for future in concurrent.futures.as_completed(futures):
            path, count, ok, bad, output = future.result()
            passed, failed = passed + ok, failed + bad
            if bad:
                failures.append(f"{path.name} workers={count}")
                print(f"FAIL {path.name} workers={count}\n{output}", flush=True)
    for line in sorted(failures):
        print(f"FAILED {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
