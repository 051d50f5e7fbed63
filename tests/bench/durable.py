#!/usr/bin/env python3
"""What it costs that an acknowledgement means "on disk": QoS 1 to sessions that last, with the store at each of its
settings, without a store, and beside a peer. First the disk itself: how long an fdatasync of a small append takes.

Rows: `rate` is 50 publishers with a window of 100 each to 50 lasting subscribers, 64 bytes; `half` the same at half of
the rate of sync = "commit", evenly spread instead of as fast as the window allows; `paced` the same at lower rates;
`lone` one publisher with a window of 1; `fan-out` one publisher to 1,000 lasting subscribers; `QoS 0` what messages
cost that no store hears of."""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

import brokers
import generator
import machine

RUN_S = 120.0
APPEND = b"x" * 216  # what a message with one receiver is in the log of rocksdb-store
PROBES = 400
RATE = ["--publishers", 50, "--subscribers", 50, "--qos", 1, "--inflight", 100, "--window", 1000, "--lasting"]
PACED = (10_000, 25_000, 50_000)  # a second
LONE = ["--publishers", 1, "--subscribers", 1, "--qos", 1, "--inflight", 1, "--lasting"]
FANOUT = ["--topology", "fanout", "--publishers", 1, "--subscribers", 1000, "--qos", 1, "--inflight", 20, "--lasting"]
QOS_0 = ["--publishers", 10, "--subscribers", 10]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench durable", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each run")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--peer", action="append", type=brokers.peer_of, default=[], help="mosquitto, or NAME=COMMAND")
    return parser.parse_args()


def fdatasync_us(cpus):
    """Median and p99 of an append and its fdatasync, where the brokers' folders are."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus or before)
    with tempfile.NamedTemporaryFile(prefix="grapnel-bench-") as file:
        taken = []
        for _ in range(PROBES):
            begun = time.perf_counter()
            os.write(file.fileno(), APPEND)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1e6)
    os.sched_setaffinity(0, before)
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def written_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(": ")
        if name == "wchar":
            return int(value)
    return 0


class Bench:
    """Runs, and says in one line each what came out."""

    def __init__(self, build, seconds, places):
        self.build, self.seconds, self.places = build, seconds, places

    def run(self, broker, mode, words, payload=64):
        with broker.running(self.places.broker) as running:
            before = written_bytes(running.pid)
            report = generator.run(self.build, running, [mode, *words, "--payload", payload, "--seconds",
                                                         self.seconds], self.places, self.seconds + RUN_S)
            report["written_bytes"] = written_bytes(running.pid) - before
        bad = {name: report[name] for name in ("lost", "duplicates", "reordered", "corrupt") if report.get(name)}
        if bad:
            sys.exit(f"durable: {broker.name}: {bad}")
        return report


def show(broker, row, report, names):
    values = ", ".join(f"{name} {report[name]:,.1f}" for name in names if name in report)
    print(f"{broker.name:18} {row:8} {values}", flush=True)


def show_disk(places):
    print("{:18} {:8} median {:.0f}, p99 {:.0f} µs".format("the disk", "append", *fdatasync_us(places.broker)),
          flush=True)


def main():
    options = arguments()
    build = pathlib.Path(options.build).resolve()
    places = machine.Places()
    print(machine.description(places))
    bench = Bench(build, options.seconds, places)
    stored = {sync: brokers.Grapnel(build, options.workers, name=f"sync={sync}", sync=sync)
              for sync in ("commit", "interval", "off")}
    plain = brokers.Grapnel(build, options.workers, name="without a store")
    everyone = [*stored.values(), plain, *options.peer]
    show_disk(places)
    rates = {}
    try:
        for broker in everyone:
            report = bench.run(broker, "throughput", RATE)
            rates[broker.name] = report["acknowledged_per_s"]
            show(broker, "rate", report, ["acknowledged_per_s", "ack_p50_us", "ack_p99_us",
                                          "broker_cpu_us_per_delivery"])
        half = int(rates["sync=commit"] / 2)
        for row, rate in [("half", half), *(("paced", rate) for rate in PACED)]:
            words = ["--rate", rate, "--warmup", 0.5, *RATE]
            show(stored["commit"], row, bench.run(stored["commit"], "latency", words),
                 ["acknowledged_per_s", "ack_p50_us", "ack_p99_us", "p50_us", "p99_us"])
        show_disk(places)
        for broker in everyone:
            show(broker, "lone", bench.run(broker, "throughput", LONE),
                 ["acknowledged_per_s", "ack_p50_us", "ack_p99_us"])
            if broker is stored["commit"]:
                show_disk(places)
        report = bench.run(stored["commit"], "throughput", FANOUT, payload=10_000)
        report["written_bytes_per_message"] = report["written_bytes"] / report["published"]
        show(stored["commit"], "fan-out", report, ["acknowledged_per_s", "written_bytes_per_message"])
        for broker in (stored["commit"], plain, stored["commit"], plain):
            show(broker, "QoS 0", bench.run(broker, "throughput", QOS_0), ["broker_cpu_us_per_delivery"])
    except (brokers.StartError, generator.LoadError) as error:
        sys.exit(f"durable: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
