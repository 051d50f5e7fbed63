#!/usr/bin/env python3
"""Lets Grapnel work for long: steady traffic of QoS 0, 1 and 2, by MQTT 3.1.1 and 5, that takes about a half of its
CPU, while other clients connect, vanish, are taken over, come back to their sessions, subscribe, unsubscribe, publish
retained messages and leave wills (tests/bench/churn). The broker has the first CPU, all else the second. Ends with 1 if
a message that was acknowledged is lost, comes twice at QoS 2, or behind a later one of its publisher, if anything else
is not as the standard has it, or if memory grows: a line is fitted to the resident bytes after the first fifth of the
time, and may rise by --growth MiB from its beginning to its end."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import brokers
import charts
import gauges
import machine

MIB = 1 << 20
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "pictures"
WARM_SHARE = 0.2     # of the time, in which memory may grow
CALIBRATION_S = 3.0  # a step, of which the first second warms up
CALIBRATION_RATES = [25_000 << step for step in range(7)]
WITHHELD_SHARE = 0.05  # of what is due: more, and broker or load are at their end
HALF = 0.5
PROGRESS_S = 10.0
CHURN_COUNTS = ("connects", "takeovers", "resumed", "disconnects", "subscribes", "unsubscribes", "retained", "wills")


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench soak", description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=30.0)
    length.add_argument("--seconds", type=float, help="instead of minutes")
    parser.add_argument("--rate", type=float, metavar="N",
                        help="messages a second of the steady publishers; by default what takes a half of the CPU")
    parser.add_argument("--churn", type=float, default=200, metavar="N",
                        help="operations a second of the other clients (200)")
    parser.add_argument("--payload", type=int, default=64, help="bytes")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--growth", type=float, default=4.0, metavar="MIB", help="allowed (4)")
    parser.add_argument("--seed", type=int, default=1, help="of what the other clients do")
    parser.add_argument("--limit", action="append", default=[], metavar="KEY=VALUE",
                        help="of the table [limits] of the broker's configuration; may be repeated")
    parser.add_argument("--picture", type=pathlib.Path, default=PICTURES / "soak.svg", metavar="FILE")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write samples and findings")
    options = parser.parse_args()
    if options.seconds is None:
        options.seconds = options.minutes * 60
    options.limits = dict(each.split("=", 1) for each in options.limit)
    return options


class PlayError(Exception):
    """The play broke off, with the words of the clients or about the broker."""


class Player:
    """A broker and the clients that keep it busy."""

    def __init__(self, options):
        self.build = pathlib.Path(options.build).resolve()
        self.options = options
        self.places = machine.Places()

    def play(self, seconds, rate, churn):
        """Yields a sample a second; the last one says so."""
        broker = brokers.Grapnel(self.build, self.options.workers, limits=self.options.limits)
        with broker.running(self.places.broker) as running, tempfile.TemporaryFile("w+") as words:
            command = [str(self.build / "tests" / "bench" / "churn")]
            for name, value in {"port": running.port, "seconds": seconds, "rate": rate, "churn": churn,
                                "payload": self.options.payload, "seed": self.options.seed}.items():
                command += [f"--{name}", str(value)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, text=True,
                                  preexec_fn=machine.Places.pin(self.places.load)) as clients:
                try:
                    yield from self.samples(running, clients)
                finally:
                    clients.kill()
            words.seek(0)
            said = words.read().strip()
        if said:
            raise PlayError(said)

    @staticmethod
    def samples(running, clients):
        broker, load = gauges.Process(running.pid), gauges.Process(clients.pid)
        before = None
        for line in clients.stdout:
            report = json.loads(line)
            try:
                now = {"time_s": time.monotonic(), "cpu_s": broker.cpu_s(), "load_cpu_s": load.cpu_s(),
                       "resident_bytes": broker.resident_bytes(), "files": broker.open_files(),
                       "threads": broker.threads(), "report": report}
            except OSError as error:
                raise PlayError("the broker has ended") from error
            if before:
                passed_s = max(now["time_s"] - before["time_s"], 1e-3)
                now["cpu_share"] = (now["cpu_s"] - before["cpu_s"]) / passed_s
                now["load_cpu_share"] = (now["load_cpu_s"] - before["load_cpu_s"]) / passed_s
                now["deliveries_per_s"] = (report["delivered"] - before["report"]["delivered"]) / passed_s
                yield now
            before = now


def calibrate(player):
    """The rate at which the broker uses about a half of its CPU, between two that were tried."""
    below = (0.0, 0.0)
    for rate in CALIBRATION_RATES:
        *_, first, last = [each for each in player.play(CALIBRATION_S, rate, player.options.churn)
                           if not each["report"]["last"]]
        share = (first["cpu_share"] + last["cpu_share"]) / 2
        print(f"at {rate} messages/s the broker uses {share:.0%} of a CPU, the load {last['load_cpu_share']:.0%}",
              flush=True)
        if share >= HALF:
            return round(below[0] + (rate - below[0]) * (HALF - below[1]) / (share - below[1]))
        if last["report"]["withheld"] > WITHHELD_SHARE * rate * CALIBRATION_S:
            return rate // 2
        below = (rate, share)
    return CALIBRATION_RATES[-1]


def slope(points):
    """Of the line with the least squares, in y a unit of x; 0 for too few points."""
    if len(points) < 3:
        return 0.0
    mean_x, mean_y = (sum(each[axis] for each in points) / len(points) for axis in (0, 1))
    square = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / square


def judge(options, samples):
    """What was found: counts of faults, and how memory grew."""
    last = samples[-1]["report"]
    steady = [(each["report"]["seconds"], each["resident_bytes"]) for each in samples
              if options.seconds * WARM_SHARE <= each["report"]["seconds"] <= options.seconds]
    rise = slope(steady)
    length_s = steady[-1][0] - steady[0][0] if steady else 0.0
    return {"faults": {name: count for name, count in last["faults"].items() if count},
            "whole": last["last"],
            "growth_mib": rise * length_s / MIB, "growth_mib_per_hour": rise * 3600 / MIB, "watched_s": length_s,
            "resident_mib_max": max(each["resident_bytes"] for each in samples) / MIB}


def counts(by_name):
    return ", ".join(f"{name} {count}" for name, count in by_name.items())


def print_sample(sample):
    report, sys_topics = sample["report"], sample["report"]["sys"]
    faults = sum(report["faults"].values())
    print(f"{report['seconds']:7.0f} s {sample['deliveries_per_s']:9.0f} deliveries/s  CPU {sample['cpu_share']:4.0%}, "
          f"load {sample['load_cpu_share']:4.0%}  {sample['resident_bytes'] / MIB:7.1f} MiB  {sample['files']:4} files "
          f"{sample['threads']:3} threads  {sys_topics.get('clients/connected', '?'):>4} connected  {faults} faults",
          flush=True)


def print_findings(options, samples, findings):
    last = samples[-1]["report"]
    print(f"published {last['published']}, acknowledged {last['acknowledged']}, withheld {last['withheld']}; "
          f"delivered {last['delivered']}, again at QoS 1 {last['repeated']}, dropped at QoS 0 {last['dropped']}")
    print(counts({name: last[name] for name in CHURN_COUNTS}))
    print("faults: " + (counts(findings["faults"]) or "none"))
    verdict = "flat" if findings["growth_mib"] <= options.growth else "IT GROWS"
    print(f"memory: {verdict}; at most {findings['resident_mib_max']:.1f} MiB; "
          f"the line over {findings['watched_s']:.0f} s rises by {findings['growth_mib']:.2f} MiB, "
          f"{findings['growth_mib_per_hour']:.1f} MiB an hour; {options.growth:g} MiB are allowed")


def sys_topic(name):
    """Reads it from a sample."""
    return lambda sample: int(sample["report"]["sys"].get(name, 0))


def draw(options, rate, samples, note):
    in_minutes = options.seconds > 300
    unit, divisor = ("minutes", 60) if in_minutes else ("seconds", 1)
    samples = [each for each in samples if each["report"]["seconds"] <= options.seconds + 1]
    times = [each["report"]["seconds"] / divisor for each in samples]

    def panel(title, y_label, *lines):
        return {"title": title, "y_label": y_label, "x_label": unit,
                "series": [{"label": label, "points": [(x, value(each)) for x, each in zip(times, samples)]}
                           for label, value in lines]}

    panels = [
        panel("Memory", "MiB", ("resident", lambda each: each["resident_bytes"] / MIB)),
        panel("CPU", "% of a CPU", ("broker", lambda each: 100 * each["cpu_share"])),
        panel("Deliveries", "a second", ("deliveries", lambda each: each["deliveries_per_s"])),
        panel("Sessions", "by $SYS", ("connected", sys_topic("clients/connected")),
              ("all", sys_topic("clients/total"))),
    ]
    title = f"{rate:.0f} messages and {options.churn:g} operations of other clients a second"
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    options.picture.write_text(charts.svg(title, panels, note), encoding="utf-8")


def run(options):
    player = Player(options)
    note = machine.description(player.places)
    print(note, flush=True)
    rate = options.rate or calibrate(player)
    print(f"{rate:.0f} messages/s for {options.seconds:.0f} s", flush=True)
    samples, printed_s = [], 0.0
    for sample in player.play(options.seconds, rate, options.churn):
        samples.append(sample)
        if sample["report"]["seconds"] >= printed_s + PROGRESS_S:
            printed_s = sample["report"]["seconds"]
            print_sample(sample)
    findings = judge(options, samples)
    print_findings(options, samples, findings)
    draw(options, rate, samples, note)
    if options.json:
        options.json.write_text(json.dumps({"machine": note, "rate": rate, "findings": findings, "samples": samples}),
                                encoding="utf-8")
    return 1 if findings["faults"] or not findings["whole"] or findings["growth_mib"] > options.growth else 0


def main():
    try:
        return run(arguments())
    except (brokers.StartError, PlayError) as error:
        print(f"soak: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
