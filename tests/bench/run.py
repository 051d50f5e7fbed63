#!/usr/bin/env python3
"""Measures what Grapnel needs: CPU time per delivery and per connection, memory, latency. Each run has a fresh broker
on the first CPU and the load on the second, and warms up before it measures; a number is the median of the runs. Other
brokers are measured turn about, and a ratio is their figure by Grapnel's. Ends with 1 if Grapnel lost, doubled or
reordered anything, or a run of it failed."""

import argparse
import json
import pathlib
import subprocess
import sys

import brokers
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


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    names = {scenario.name: scenario for scenario in SCENARIOS}
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--scenario", action="append", metavar="NAME", choices=names,
                        help=f"{', '.join(names)}; may be repeated; all by default")
    parser.add_argument("--peer", action="append", default=[], metavar="mosquitto|NAME=COMMAND",
                        help="another broker; a command is a single process and has {port} in it; may be repeated")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run, where it has no end of its own")
    parser.add_argument("--runs", type=whole_number(1), default=3)
    parser.add_argument("--workers", type=whole_number(1), default=1,
                        help="of Grapnel; each has a CPU of its own if there are enough")
    parser.add_argument("--rules", type=whole_number(0), default=0,
                        help="rules in Grapnel's ledger that match no topic and are walked for each")
    parser.add_argument("--plugin", action="append", default=[], metavar="NAME",
                        help="another plugin of Grapnel, as debug; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON with every run instead of a table")
    options = parser.parse_args()
    options.scenarios = [names[name] for name in options.scenario or names]
    try:
        options.peers = [brokers.peer_of(text) for text in options.peer]
    except ValueError as error:
        parser.error(str(error))
    taken = ["grapnel"] + [peer.name for peer in options.peers]
    if len(set(taken)) < len(taken):
        parser.error("two brokers of the same name")
    return options


def measure(program, broker, scenario, seconds, places):
    """One run with a fresh broker: what the load generator says, or {"error": reason}."""
    try:
        with broker.running(places.broker) as running:
            command = [str(program), *scenario.arguments(seconds), "--port", str(running.port), "--broker",
                       str(running.pid)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + RUN_S,
                                  preexec_fn=machine.Places.pin(places.load))
    except brokers.StartError as error:
        return {"error": str(error)}
    except subprocess.TimeoutExpired:
        return {"error": "the load does not end"}
    if done.returncode != 0:
        return {"error": done.stderr.strip() or f"the load ended with {done.returncode}"}
    report = json.loads(done.stdout)
    missing = [figure.name for figure in scenario.figures if figure.name not in report]
    return {"error": f"measured nothing: no {missing[0]}"} if missing else report


def measure_all(program, options, everyone, places):
    """Yields scenario and {broker: summary}. Brokers take turns, so that whatever else the machine does meets them
    alike."""
    files = machine.allow_open_files(max(scenario.open_files() for scenario in options.scenarios))
    for scenario in options.scenarios:
        runs = {broker.name: [] for broker in everyone}
        for number in range(options.runs):
            for broker in everyone if number % 2 == 0 else reversed(everyone):
                if scenario.open_files() > files:
                    run = {"error": f"needs {scenario.open_files()} open files, and {files} are allowed (ulimit -n)"}
                else:
                    run = measure(program, broker, scenario, options.seconds, places)
                runs[broker.name].append(run)
        yield scenario, {name: results.summary(scenario, each) for name, each in runs.items()}


def main():
    options = arguments()
    build = pathlib.Path(options.build).resolve()
    program = build / "tests" / "bench" / "load"
    if not program.exists():
        sys.exit(f"{program} is not there: ./dev build builds it")
    places = machine.Places(options.workers)
    grapnel = brokers.Grapnel(build, options.workers, options.rules, options.plugin)
    everything, broken = {}, False
    if not options.json:
        print(machine.description(places), results.heading(), sep="\n", flush=True)
    for scenario, found in measure_all(program, options, [grapnel, *options.peers], places):
        everything[scenario.name] = found
        broken |= results.is_faulty(found["grapnel"])
        if not options.json:
            print(*results.rows(scenario, found), sep="\n", flush=True)
    if options.json:
        print(json.dumps({"machine": machine.description(places), "scenarios": everything}, indent=2))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
