#!/usr/bin/env python3
"""Runs whole-broker tests: every NN_topic_case.py of the suites that are named, each as a process of its own, once
per worker count. A suite is a folder, tests/broker unless told. Ends with `N passed, N failed`; exit 1 if anything
failed."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
FILE_S = 90.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.environ.get("GRAPNEL_BUILD", str(HERE.parents[1] / "build")))
    parser.add_argument("--workers", default="1,4", help="worker counts, by comma")
    parser.add_argument("--alternate", action="store_true", help="one of the worker counts a file, all of them in turn")
    parser.add_argument("--jobs", type=int, default=3 * (os.cpu_count() or 2),
                        help="files at once; most of them wait")
    parser.add_argument("--filter", default="", help="only files whose name contains this")
    parser.add_argument("--websocket", action="store_true", help="every client of the tests speaks WebSocket")
    parser.add_argument("--reference", action="store_true", help="run against Mosquitto instead")
    parser.add_argument("--program", type=pathlib.Path, help="another broker than that of the build")
    parser.add_argument("--plugins", type=pathlib.Path, help="a folder with plugins that go before those of the build")
    parser.add_argument("--time-scale", type=float, default=float(os.environ.get("GRAPNEL_TEST_TIME_SCALE", "1")),
                        help="stretches every deadline, for sanitizer builds")
    parser.add_argument("--slow", action="store_true", help="print the ten slowest files")
    parser.add_argument("paths", nargs="*", type=pathlib.Path, default=[HERE], metavar="PATH",
                        help="the folder of a suite, or one of its files")
    return parser.parse_args()


def test_files(paths):
    for path in map(pathlib.Path.resolve, paths):
        if path.is_dir():
            yield from sorted(path.glob("[0-9][0-9]_*.py"))
        else:
            yield path


def declared_workers(path, asked):
    """A file may say `workers = (4,)`: the counts for which it is meaningful."""
    found = re.search(r"^workers = \(([\d, ]*)\)$", path.read_text(), re.M)
    if not found:
        return asked
    allowed = [int(each) for each in re.findall(r"\d+", found.group(1))]
    return [count for count in asked if count in allowed]


def runs_of(options):
    """Every file with its worker counts. With --alternate it has the same count in every run."""
    asked = [int(each) for each in options.workers.split(",")]
    for path in test_files(options.paths):
        counts = declared_workers(path, asked)
        if options.alternate and counts:
            counts = [counts[zlib.crc32(path.name.encode()) % len(counts)]]
        if options.filter in path.name:
            yield from ((path, count) for count in counts)


def run_one(path, workers, options):
    environment = dict(os.environ, GRAPNEL_BUILD=options.build, GRAPNEL_TEST_WORKERS=str(workers),
                       GRAPNEL_TEST_TIME_SCALE=str(options.time_scale),
                       PYTHONPATH=os.pathsep.join([str(HERE), str(path.parent)]))
    if options.websocket:
        environment["GRAPNEL_TEST_WEBSOCKET"] = "1"
    if options.reference:
        environment["GRAPNEL_TEST_REFERENCE"] = "mosquitto"
    if options.program:
        environment["GRAPNEL_TEST_PROGRAM"] = str(options.program.resolve())
    if options.plugins:
        environment["GRAPNEL_TEST_PLUGINS"] = str(options.plugins.resolve())
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-B", "-m", "lib.case", str(path)], env=environment, cwd=HERE,
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
    return path, workers, passed, failed, output, time.monotonic() - started


def main():
    options = arguments()
    options.build = str(pathlib.Path(options.build).resolve())
    program = pathlib.Path(options.build) / "broker" / "grapnel"
    if not options.reference and not program.exists():
        sys.exit(f"{program} is not there")
    for given in filter(None, (options.program, options.plugins)):
        if not given.exists():
            sys.exit(f"{given} is not there")
    runs = list(runs_of(options))
    passed = failed = 0
    failures, times = [], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(run_one, path, count, options) for path, count in runs]
        for future in concurrent.futures.as_completed(futures):
            path, count, ok, bad, output, seconds = future.result()
            passed, failed = passed + ok, failed + bad
            times.append((seconds, path.name, count))
            if bad:
                failures.append(f"{path.name} workers={count}")
                print(f"FAIL {path.name} workers={count}\n{output}", flush=True)
    for line in sorted(failures):
        print(f"FAILED {line}")
    if options.slow:
        for seconds, name, count in sorted(times, reverse=True)[:10]:
            print(f"{seconds:6.1f} s {name} workers={count}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
