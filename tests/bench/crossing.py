#!/usr/bin/env python3
"""Measures what a delivery costs that crosses from one worker to another, beside one that does not: one publisher and
its subscriber on a broker of two workers, which share the first CPU; the load has the second. Where clients live is
drawn anew at each start; what the workers' threads used tells whether it was the same worker. Ends with 1 if crossing
costs more than one and a half times as much."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import brokers
import machine

ALLOWED = 1.5
IDLE_SHARE = 0.05  # of all CPU time: a thread with less had no part in it
RUN_S = 60.0
RUNS_MOST = 64  # in which both cases must have come up often enough


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench crossing", description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run")
    parser.add_argument("--runs", type=int, default=5, help="of each case, at least")
    parser.add_argument("--qos", action="append", type=int, choices=(0, 1, 2),
                        help="may be repeated; 0 and 1 by default")
    return parser.parse_args()


def thread_times(pid):
    """What CPU time each thread of the process has used."""
    tasks = (pathlib.Path("/proc") / str(pid) / "task").iterdir()
    return {task.name: int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks}


def busy_threads(before, after):
    """How many threads did something worth mentioning in between."""
    used = [after[thread] - before.get(thread, 0) for thread in after]
    return sum(each > IDLE_SHARE * sum(used) for each in used)


def measure(program, broker, qos, options, places):
    """CPU µs of a delivery, and whether it crossed."""
    with broker.running(places.broker) as running:
        before = thread_times(running.pid)
        command = [str(program), "throughput", "--publishers", "1", "--subscribers", "1", "--qos", str(qos), "--window",
                   "200", "--seconds", str(options.seconds), "--port", str(running.port), "--broker", str(running.pid)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=options.seconds + RUN_S,
                              preexec_fn=machine.Places.pin(places.load))
        crossed = busy_threads(before, thread_times(running.pid)) > 1
        return json.loads(done.stdout)["broker_cpu_us_per_delivery"], crossed


def main():
    options = arguments()
    build = pathlib.Path(options.build).resolve()
    places = machine.Places()
    broker = brokers.Grapnel(build, workers=2)
    print(machine.description(places))
    dear = False
    for qos in options.qos or (0, 1):
        found = {False: [], True: []}
        for _ in range(RUNS_MOST):
            cost, crossed = measure(build / "tests" / "bench" / "load", broker, qos, options, places)
            found[crossed].append(cost)
            if min(map(len, found.values())) >= options.runs:
                break
        else:
            sys.exit(f"crossing: in {RUNS_MOST} runs hardly ever the one or the other")
        here, across = (statistics.median(found[crossed]) for crossed in (False, True))
        dear |= across > ALLOWED * here
        print(f"QoS {qos}: {here:.3f} µs on one worker, {across:.3f} µs from one to the other: "
              f"{across / here:.2f} times", flush=True)
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
