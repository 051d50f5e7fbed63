#!/usr/bin/env python3
"""Measures what well-behaved clients feel of others: the latency of 2,000 messages a second while a client has stopped
reading, another reads too slowly, a third publishes 10 MB a second, and others come and go, let in at once or 5 ms
later by a plugin (by other brokers: at once). The first two subscribe to everything. The broker has the first CPU, all
others the second. Ends with 1 if p99 is twice what it is without them, or messages of the others are lost."""

import argparse
import json
import pathlib
import statistics
import sys

import brokers
import disturbers
import gauges
import generator
import machine

MIB = 1 << 20
ALLOWED = 2.0
RUN_S = 60.0
COLUMNS = "{:<18} {:<12} {:>8} {:>8} {:>8} {:>10} {:>6}"


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench fairness", description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--peer", action="append", default=[], type=brokers.peer_of, metavar="mosquitto|NAME=COMMAND",
                        help="another broker; may be repeated")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rate", type=int, default=2000, help="messages a second")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every run")
    return parser.parse_args()


def measure(build, broker, name, options, places):
    """One run with a fresh broker: what the generator says, and the broker's memory."""
    words = ["latency", "--rate", options.rate, "--seconds", options.seconds]
    with broker.running(places.broker) as running, disturbers.disturbing(name, running.port, places.load):
        report = generator.run(build, running, words, places, options.seconds + RUN_S)
        report["resident_mib"] = gauges.Process(running.pid).resident_bytes() / MIB
    return report


def median(runs, figure):
    return statistics.median(run[figure] for run in runs)


def main():
    options = arguments()
    build = pathlib.Path(options.build).resolve()
    places = machine.Places()
    print(machine.description(places))
    print(COLUMNS.format("beside", "broker", "p50 µs", "p99 µs", "ratio", "MiB", "lost"))
    everything, unfair = {}, False
    everyone = [brokers.Grapnel(build, first=["admits_later"]), *options.peer]
    for name in disturbers.DISTURBANCES:
        runs = {broker.name: [] for broker in everyone}
        try:
            for _ in range(options.runs):
                for broker in everyone:
                    runs[broker.name].append(measure(build, broker, name, options, places))
        except (brokers.StartError, generator.LoadError, TimeoutError) as error:
            sys.exit(f"fairness: {error}")
        everything[name] = runs
        for broker, each in runs.items():
            ratio = median(each, "p99_us") / median(everything["nobody"][broker], "p99_us")
            lost = sum(run["lost"] for run in each)
            unfair |= broker == "grapnel" and (ratio >= ALLOWED or lost != 0)
            print(COLUMNS.format(name, broker, f"{median(each, 'p50_us'):.0f}", f"{median(each, 'p99_us'):.0f}",
                                 f"{ratio:.2f}", f"{max(run['resident_mib'] for run in each):.1f}", lost), flush=True)
    if options.json:
        found = {"machine": machine.description(places), "runs": everything}
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 1 if unfair else 0


if __name__ == "__main__":
    sys.exit(main())
