#!/usr/bin/env python3
"""Measures what Grapnel needs: CPU time per delivery and per connection, memory, latency. Each run has a fresh broker
on the first CPU and the load on the second, and warms up before it measures; a number is the median of the runs. Other
brokers are measured turn about, and a ratio is their figure by Grapnel's. Ends with 1 if Grapnel lost, doubled or
reordered anything, or a run of it failed."""

import argparse
import json
import pathlib
import sys

import brokers
import generator
import machine
import results
from scenarios import SCENARIOS

# Beyond the measured seconds: warming up, storing, connecting, and giving up.
RUN_S = 180.0


def whole_number(least):
    def read(text):
        value = int(text)
        if value < least:
            raise ValueError(text)
        return value
    read.__name__ = f"number of at least {least}"
    return read


def grapnels(options):
    """Grapnel as the options have it, and one for each number more of workers or rules."""
    workers, *more_workers = options.workers
    rules, *more_rules = options.rules
    variants = [("grapnel", workers, rules)]
    variants += [(f"{each} workers", each, rules) for each in more_workers]
    variants += [(f"{each} rules", workers, each) for each in more_rules]
    return [brokers.Grapnel(options.build, *numbers, options.plugin, name=name) for name, *numbers in variants]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    names = {scenario.name: scenario for scenario in SCENARIOS}
    parser.add_argument("--build", default="build", type=pathlib.Path, help="build folder")
    parser.add_argument("--scenario", action="append", metavar="NAME", choices=names,
                        help=f"{', '.join(names)}; may be repeated; all by default")
    parser.add_argument("--peer", action="append", default=[], type=brokers.peer_of, metavar="mosquitto|NAME=COMMAND",
                        help="another broker; a command is a single process and has {port} in it; may be repeated")
    parser.add_argument("--floor", action="store_true",
                        help="a relay that only copies, where it can, to see what the kernel takes")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run, where it has no end of its own")
    parser.add_argument("--runs", type=whole_number(1), default=3)
    parser.add_argument("--workers", type=whole_number(1), action="append", default=[], metavar="N",
                        help="of Grapnel (1), which have a CPU each if there are enough; a second number puts a second "
                             "Grapnel beside the first")
    parser.add_argument("--rules", type=whole_number(0), action="append", default=[], metavar="N",
                        help="in Grapnel's ledger (0), which match no topic and are walked for each; a second number "
                             "as with --workers")
    parser.add_argument("--plugin", action="append", default=[], metavar="NAME",
                        help="another plugin of Grapnel, as debug; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON with every run instead of a table")
    options = parser.parse_args()
    options.scenarios = [names[name] for name in options.scenario or names]
    options.build = options.build.resolve()
    options.workers, options.rules = options.workers or [1], options.rules or [0]
    options.everyone = grapnels(options) + options.peer
    if options.floor:
        options.everyone.append(brokers.Floor(options.build))
    if len({broker.name for broker in options.everyone}) < len(options.everyone):
        parser.error("two brokers of the same name")
    return options


def measure(build, broker, scenario, seconds, places):
    """One run with a fresh broker: what the load generator says, or {"error": reason}."""
    try:
        with broker.running(places.broker) as running:
            report = generator.run(build, running, scenario.arguments(seconds), places, seconds + RUN_S)
    except (brokers.StartError, generator.LoadError) as error:
        return {"error": str(error)}
    missing = [figure.name for figure in scenario.figures if figure.name not in report]
    return {"error": f"measured nothing: no {missing[0]}"} if missing else report


def measure_all(options, places):
    """Yields scenario and {broker: summary}. Brokers take turns, so that whatever else the machine does meets them
    alike."""
    files = machine.allow_open_files(max(scenario.open_files() for scenario in options.scenarios))
    for scenario in options.scenarios:
        able = [broker for broker in options.everyone if broker.can(scenario)]
        runs = {broker.name: [] for broker in able}
        for number in range(options.runs):
            for broker in able if number % 2 == 0 else reversed(able):
                if scenario.open_files() > files:
                    run = {"error": f"needs {scenario.open_files()} open files, and {files} are allowed (ulimit -n)"}
                else:
                    run = measure(options.build, broker, scenario, options.seconds, places)
                runs[broker.name].append(run)
        yield scenario, {name: results.summary(scenario, each) for name, each in runs.items()}


def main():
    options = arguments()
    program = options.build / "tests" / "bench" / "load"
    if not program.exists():
        sys.exit(f"{program} is not there: ./dev build builds it")
    places = machine.Places(max(options.workers))
    ours = [each.name for each in options.everyone if isinstance(each, brokers.Grapnel)]
    everything, broken = {}, False
    if not options.json:
        print(machine.description(places), results.heading(), sep="\n", flush=True)
    for scenario, found in measure_all(options, places):
        everything[scenario.name] = found
        broken |= any(results.is_faulty(found[name]) for name in ours)
        if not options.json:
            print(*results.rows(scenario, found), sep="\n", flush=True)
    if options.json:
        print(json.dumps({"machine": machine.description(places), "scenarios": everything}, indent=2))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
