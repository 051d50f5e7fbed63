#!/usr/bin/env python3
"""Measures what a delivery costs the broker: CPU microseconds, from the process's own account. Each run has a fresh
broker with one worker on the first CPU and the load on the second; a number is the median of the runs. Other brokers
are measured the same way with --peer, and the ratio says how much more or less they need."""

import argparse
import json
import os
import pathlib
import re
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time

START_S = 15.0
SHAPES = {"pairs": {"topics": 10, "subscribers": 1}, "fanout": {"topics": 1, "subscribers": 100}}
SCENARIOS = [f"{shape}-{qos}" for shape in SHAPES for qos in range(3)]
CONFIG = """
[broker]
workers = 1
data_dir = "{folder}/data"
[log]
level = "info"
format = "json"
[plugins]
search = ["{build}/plugins"]
[[listener]]
id = "tcp"
type = "tcp"
address = "127.0.0.1:0"
[[plugin]]
name = "auth-ledger"
[plugin.config]
default = "allow"
[[plugin.config.auth]]
allow = true
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--scenario", action="append", metavar="NAME",
                        help=f"{', '.join(SCENARIOS)}, or {' or '.join(SHAPES)} for all QoS; may be repeated")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND",
                        help="another broker; the command is a single process and has {port} in it; may be repeated")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each run, after half a second of warm-up")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--window", type=int, default=16, help="messages of a publisher on their way at once")
    parser.add_argument("--payload", type=int, default=64, help="bytes")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    asked = options.scenario or list(SHAPES)
    options.scenarios = [name for each in asked for name in SCENARIOS if each in (name, name.split("-")[0])]
    unknown = [each for each in asked if each not in SCENARIOS and each not in SHAPES]
    if unknown:
        parser.error(f"no scenario {unknown[0]}")
    options.peers = [each.partition("=")[::2] for each in options.peer]
    if not all(name and "{port}" in command for name, command in options.peers):
        parser.error("--peer wants NAME=COMMAND with {port} in the command")
    return options


def pinned(place):
    """Keeps a child on the first or second CPU that this process may use, if there are two."""
    cpus = sorted(os.sched_getaffinity(0))
    return (lambda: os.sched_setaffinity(0, {cpus[place]})) if len(cpus) > 1 else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A broker that runs while the context does: process, port."""

    def __init__(self, build, command=None):
        self.build, self.peer_command = build, command

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="grapnel-bench-")
        self.log = pathlib.Path(self.folder.name) / "log"
        if self.peer_command:
            self.port = free_port()
            command = shlex.split(self.peer_command.replace("{port}", str(self.port)))
        else:
            config = pathlib.Path(self.folder.name) / "grapnel.toml"
            config.write_text(CONFIG.format(folder=self.folder.name, build=self.build))
            command = [str(self.build / "broker" / "grapnel"), "run", "--config", str(config)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            cwd=self.folder.name, preexec_fn=pinned(0))
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def answers(self):
        if not self.peer_command:
            text = self.log.read_text(errors="replace")
            if '"message":"ready"' not in text:
                return False
            self.port = int(re.search(r'"address":"127\.0\.0\.1:(\d+)"', text).group(1))
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def wait(self):
        end = time.monotonic() + START_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("the broker does not start:\n" + self.log.read_text(errors="replace"))
            time.sleep(0.02)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()


def measure(options, build, command, scenario):
    """One run with a fresh broker: what the load generator says."""
    shape, qos = scenario.split("-")
    with Broker(build, command) as broker:
        numbers = {**SHAPES[shape], "qos": qos, "port": broker.port, "broker": broker.process.pid,
                   "seconds": options.seconds, "window": options.window, "payload": options.payload}
        call = [str(build / "tests" / "bench" / "load")]
        for name, value in numbers.items():
            call += [f"--{name}", str(value)]
        done = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=options.seconds + 60, preexec_fn=pinned(1))
    if done.returncode != 0:
        return {"error": done.stderr.strip() or f"the load ended with {done.returncode}"}
    return json.loads(done.stdout)


def summary(runs):
    """Medians of what varies, sums of what must not be."""
    errors = [run["error"] for run in runs if "error" in run]
    if errors:
        return {"error": errors[0]}
    result = {name: statistics.median(run[name] for run in runs)
              for name in ("cpu_us_per_delivery", "deliveries_per_s", "cpu_share")}
    result.update({name: sum(run[name] for run in runs) for name in ("lost", "duplicates", "disordered")})
    result["spread"] = [round(edge(run["cpu_us_per_delivery"] for run in runs), 3) for edge in (min, max)]
    return result


def print_row(scenario, name, result, first):
    if "error" in result:
        print(f"{scenario:<10} {name:<12} {result['error']}", flush=True)
        return
    cost = result["cpu_us_per_delivery"]
    ratio = f"{cost / first:8.2f}" if first else "       -"
    print(f"{scenario:<10} {name:<12} {cost:11.3f} {result['spread'][0]:7.2f} –{result['spread'][1]:6.2f} {ratio} "
          f"{result['deliveries_per_s']:13.0f} {result['cpu_share']:6.2f} "
          f"{result['lost']:6} {result['duplicates']:6} {result['disordered']:6}", flush=True)


def main():
    options = arguments()
    build = pathlib.Path(options.build).resolve()
    if not (build / "tests" / "bench" / "load").exists():
        sys.exit(f"{build} has no tests/bench/load: ./dev build builds it")
    brokers = [("grapnel", None), *options.peers]
    if not options.json:
        print(f"{'scenario':<10} {'broker':<12} {'µs/delivery':>11} {'least – most':>15} {'ratio':>8} "
              f"{'deliveries/s':>13} {'CPU':>6} {'lost':>6} {'twice':>6} {'order':>6}", flush=True)
    results, broken = {}, False
    for scenario in options.scenarios:
        # Turn about, so that whatever else the machine does meets every broker alike.
        runs = {name: [] for name, _ in brokers}
        for _ in range(options.runs):
            for name, command in brokers:
                runs[name].append(measure(options, build, command, scenario))
        results[scenario] = {name: summary(each) for name, each in runs.items()}
        own = results[scenario]["grapnel"]
        broken |= "error" in own or any(own[name] for name in ("lost", "duplicates", "disordered"))
        if not options.json:
            for name, result in results[scenario].items():
                print_row(scenario, name, result, own.get("cpu_us_per_delivery"))
    if options.json:
        print(json.dumps(results, indent=2))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
