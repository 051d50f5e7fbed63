#!/usr/bin/env python3
"""Measures what a delivery costs that crosses from one worker to another, beside one that does not: one publisher and
its subscriber on a broker of two workers, which share the first CPU; the load has the second. Where clients live is
drawn anew at each start; what the workers' threads used tells whether it was the same worker. Ends with 1 if crossing
costs more than one and a half times as much."""

import argparse
import pathlib
import statistics
import sys

import brokers
import gauges
import generator
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


def busy_threads(before, after):
    """How many threads did something worth mentioning in between."""
    used = [after[thread] - before.get(thread, 0) for thread in after]
    return sum(each > IDLE_SHARE * sum(used) for each in used)


def measure(broker, qos, options, places):
    """CPU µs of a delivery, and whether it crossed."""
    words = ["throughput", "--publishers", 1, "--subscribers", 1, "--qos", qos, "--window", 200, "--seconds",
             options.seconds]
    with broker.running(places.broker) as running:
        process = gauges.Process(running.pid)
        before = process.thread_cpu_ns()
        report = generator.run(broker.build, running, words, places, options.seconds + RUN_S)
        crossed = busy_threads(before, process.thread_cpu_ns()) > 1
        return report["broker_cpu_us_per_delivery"], crossed


def main():
    options = arguments()
    places = machine.Places()
    broker = brokers.Grapnel(pathlib.Path(options.build).resolve(), workers=2)
    print(machine.description(places))
    dear = False
    for qos in options.qos or (0, 1):
        found = {False: [], True: []}
        for _ in range(RUNS_MOST):
            try:
                cost, crossed = measure(broker, qos, options, places)
            except (brokers.StartError, generator.LoadError) as error:
                sys.exit(f"crossing: {error}")
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
