#!/usr/bin/env python3
"""Tests of the load generator and of the scripts that use it: every mode, briefly, against the real broker, whose
deliveries must be as the generator expects; and against brokers with one fault each, which it must find. Ends with
`N passed, N failed`."""

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree

import brokers

HERE = pathlib.Path(__file__).resolve().parent
RUN_S = 60.0
BRIEFLY = {"warmup": 0.05, "seconds": 0.1}
COUNTS = ("lost", "duplicates", "reordered", "corrupt", "unacknowledged")

build = HERE.parents[1] / "build"


class FaultyBroker(brokers.Grapnel):
    """tests/bench/faulty_broker.py, which says where it listens as Grapnel does."""

    def __init__(self, fault):
        super().__init__(build)
        self.fault = fault

    def command(self, folder):
        return [sys.executable, "-B", str(HERE / "faulty_broker.py"), self.fault]


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=RUN_S)


def run_script(name, *words):
    return run(sys.executable, "-B", HERE / name, *words)


def run_load(*words, **options):
    command = [build / "tests" / "bench" / "load", *words]
    for name, value in options.items():
        command += [f"--{name}"] if value is True else [f"--{name}", value]
    return run(*command)


def load(mode, running, **options):
    """The report of a run that must be possible."""
    done = run_load(mode, port=running.port, broker=running.pid, **options)
    assert done.returncode == 0 and not done.stderr, f"{done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def equal(found, wanted):
    assert found == wanted, f"{found!r}, wanted {wanted!r}"


def counts(report):
    return {name: report[name] for name in COUNTS if report.get(name)}


def check_traffic(report, receivers):
    """Every message came to so many receivers, once and in order, and what it cost was measured."""
    equal(counts(report), {})
    equal(report["expected"], report["published"] * receivers)
    equal(report["delivered"], report["expected"])
    assert 0 < report["measured_deliveries"] <= report["delivered"], report
    assert report["broker_cpu_us_per_delivery"] > 0 and 0 <= report["gen_busy"] <= 1, report


# Against Grapnel.


def test_topologies(running):
    for topology, publishers, subscribers, receivers in (("pairs", 3, 3, 1), ("fanout", 1, 5, 5), ("fanin", 4, 1, 1),
                                                         ("all", 3, 4, 4)):
        report = load("throughput", running, topology=topology, publishers=publishers, subscribers=subscribers,
                      **BRIEFLY)
        check_traffic(report, receivers)


def test_qualities_of_service(_):
    """The broker has so few places for unacknowledged messages that a handshake that is not ended stops it."""
    with brokers.Grapnel(build, limits={"maximum_inflight": 4, "receive_maximum": 6}).running() as running:
        for qos in (1, 2):
            for more in ({}, {"v5": True}):
                check_traffic(load("throughput", running, qos=qos, window=50, inflight=20, **more, **BRIEFLY), 1)


def test_version_5(running):
    check_traffic(load("throughput", running, v5=True, **BRIEFLY), 1)


def test_small_window_and_batch(running):
    check_traffic(load("throughput", running, window=1, **BRIEFLY), 1)
    check_traffic(load("throughput", running, batch=1, **BRIEFLY), 1)


def test_payloads(running):
    for payload in (24, 25, 100_000):
        check_traffic(load("throughput", running, payload=payload, window=4, **BRIEFLY), 1)


def test_wildcards(running):
    report = load("wildcards", running, subscribers=40, filters=20, topics=100, **BRIEFLY)
    equal(counts(report), {})
    equal(report["delivered"], report["expected"])
    assert report["expected"] > report["published"] > 0, report


def test_latency(running):
    report = load("latency", running, rate=500, warmup=0.1, seconds=0.4)
    check_traffic(report, 1)
    equal((report["published"], report["samples"]), (250, 200))
    quantiles = [report[f"{name}_us"] for name in ("p50", "p90", "p99", "p999", "max")]
    assert 0 < quantiles[0] and quantiles == sorted(quantiles), quantiles


def test_connections(running):
    for subscriptions in (0, 3):
        report = load("connections", running, connections=300, subscriptions=subscriptions, hold=0.05)
        equal(report["connections"], 300)
        assert report["connects_per_s"] > 0 and report["broker_cpu_us_per_connect"] > 0, report
        assert report["idle_cpu_share"] >= 0, report


def test_resident_bytes(_):
    """Measured on a broker of its own, where connections cannot use what others left."""
    with brokers.Grapnel(build).running() as running:
        report = load("connections", running, connections=500, subscriptions=10, hold=0.05)
    assert report["resident_bytes_per_connection"] > 100, report


def test_retained(running):
    for more in ({}, {"qos": 1, "subscribers": 3, "v5": True}):
        report = load("retained", running, retained=2000, **more)
        equal(counts(report), {})
        equal(report["delivered"], 2000 * more.get("subscribers", 1))
        assert report["broker_cpu_us_per_delivery"] > 0 and report["store_cpu_us_per_message"] > 0, report


# Against brokers with one fault each.

ONE = {"publishers": 1, "subscribers": 1}
FAULTS = [
    ("none", ONE, {}),
    ("drop", ONE, {"lost": 1}),
    ("double", ONE, {"duplicates": 1}),
    ("repeat", ONE, {"duplicates": 1}),
    ("linger", ONE, {"duplicates": 1}),
    ("swap", ONE, {"reordered": 1}),
    ("damage", ONE, {"corrupt": 1, "lost": 1}),
    ("shorten", ONE, {"corrupt": 1, "lost": 1}),
    ("misdeliver", {"publishers": 2}, {"corrupt": 1, "lost": 1}),
    ("mute", {"publishers": 1, "qos": 1, "inflight": 5}, {"unacknowledged": 1}),
]


def check_faults(mode, faults, **options):
    for fault, more, wanted in faults:
        with FaultyBroker(fault).running() as running:
            report = load(mode, running, standstill=0.1, **{**options, **more})
        assert counts(report) == wanted, f"{fault}: {counts(report)}, wanted {wanted}"
        equal(report["expected"], report["delivered"] + report["lost"])
        assert report["delivered"] > 10, report


def test_faults_in_throughput(_):
    check_faults("throughput", FAULTS, window=20, **BRIEFLY)


def test_window(_):
    """So many messages are on their way to a subscriber and not one more; its publishers share them."""
    for options in ({"publishers": 1, "window": 7}, {"topology": "fanin", "publishers": 4, "window": 20}):
        with FaultyBroker("dry-up").running() as running:
            report = load("throughput", running, standstill=0.5, **options, **BRIEFLY)
        equal((report["delivered"], report["lost"], report["standstills"]), (9, options["window"], 0))


def test_window_opens_again(_):
    """A lost message holds up what waits for it only for a while."""
    with FaultyBroker("drop").running() as running:
        report = load("throughput", running, publishers=1, window=1, standstill=0.05, warmup=0, seconds=0.5)
    assert report["lost"] == 1 and report["standstills"] >= 1 and report["delivered"] > 9, report


def test_faults_in_wildcards(_):
    chosen = [fault for fault in FAULTS if fault[0] in ("none", "drop", "double", "swap", "damage")]
    check_faults("wildcards", [(name, {}, wanted) for name, _, wanted in chosen], publishers=1, subscribers=6,
                 filters=5, topics=30, window=20, **BRIEFLY)


def test_faults_in_latency(_):
    check_faults("latency", [fault for fault in FAULTS if fault[0] in ("drop", "swap")], rate=500, **BRIEFLY)


def test_latency_of_what_is_held_up(_):
    """While the broker pauses, messages fall due that the window holds back: each of them is late since then, not only
    the one that the broker got."""
    with FaultyBroker("pause").running() as running:
        report = load("latency", running, publishers=1, qos=1, inflight=1, rate=500, warmup=0, seconds=0.4)
    equal((counts(report), report["samples"]), ({}, 200))
    assert report["max_us"] > 250_000 and report["p50_us"] > 20_000, report


def test_faults_in_retained(_):
    chosen = [("none", {}, {}), ("drop", {}, {"lost": 1}), ("double", {}, {"duplicates": 1}), ("swap", {}, {}),
              ("damage", {}, {"corrupt": 1, "lost": 1})]
    check_faults("retained", chosen, retained=50)


def test_no_measuring(_):
    """What cannot be measured ends with 1 and a reason, and no figures."""
    for fault, words in (("refuse", "refused a subscription of subscriber"), ("close", "closed the connection of")):
        with FaultyBroker(fault).running() as running:
            done = run_load("throughput", port=running.port, **BRIEFLY)
        equal((done.returncode, done.stdout), (1, ""))
        assert words in done.stderr, done.stderr
    done = run_load("throughput", port=brokers.free_port())
    equal((done.returncode, done.stdout), (1, ""))
    assert "cannot" in done.stderr, done.stderr


def test_command_line(_):
    for words, reason in (([], "no mode"), (["sing"], "unknown mode sing"), (["latency"], "--port is needed"),
                          (["latency", "--port"], "--port needs a value"),
                          (["latency", "--prot", "1"], "unknown option"),
                          (["latency", "--qos", "3"], "out of range"), (["latency", "--qos", "1.5"], "not whole"),
                          (["latency", "--rate", "fast"], "not a number"),
                          (["latency", "--topology", "ring"], "unknown topology")):
        done = run_load(*words)
        equal((done.returncode, done.stdout), (2, ""))
        assert reason in done.stderr, done.stderr
    assert "--topology" in run_load("--help").stdout


# run.py.


def bench(folder, *words):
    return run_script("run.py", "--build", folder, "--runs", 1, "--seconds", 0.1, *words)


def test_run(_):
    done = bench(build, "--scenario", "pairs-0", "--scenario", "latency", "--json")
    equal((done.returncode, done.stderr), (0, ""))
    found = json.loads(done.stdout)["scenarios"]
    equal(list(found), ["pairs-0", "latency"])
    figure = found["pairs-0"]["grapnel"]["figures"]["broker_cpu_us_per_delivery"]
    assert 0 < figure["least"] <= figure["median"] <= figure["most"] and figure["better"] == "less", figure
    equal(list(found["latency"]["grapnel"]["figures"]), ["p50_us", "p99_us"])


def test_run_with_the_floor(_):
    """The relay delivers all that is asked of it, and is left out where it cannot."""
    done = bench(build, "--scenario", "pairs-0", "--scenario", "fanin-0", "--scenario", "pairs-1", "--floor", "--json")
    equal((done.returncode, done.stderr), (0, ""))
    found = json.loads(done.stdout)["scenarios"]
    equal([list(found[name]) for name in found], [["grapnel", "floor"], ["grapnel", "floor"], ["grapnel"]])
    for name in ("pairs-0", "fanin-0"):
        equal((found[name]["floor"]["errors"], found[name]["floor"]["faults"]), ([], {}))


def test_run_of_variants(_):
    done = bench(build, "--scenario", "pairs-one", "--rules", "3", "--rules", "5", "--workers", "2", "--workers", "3")
    equal((done.returncode, done.stderr), (0, ""))
    rows = [re.split(r"\s{2,}", line)[:3] for line in done.stdout.splitlines()[2:]]
    equal(rows, [["pairs-one", "↓ µs/delivery", name] for name in ("grapnel", "3 workers", "5 rules")])


def bench_fault(fault):
    """Runs run.py on a build folder whose Grapnel is the faulty broker."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = folder / "broker" / "grapnel"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -B '{HERE}/faulty_broker.py' {fault}\n")
        program.chmod(0o755)
        (folder / "tests" / "bench").mkdir(parents=True)
        (folder / "tests" / "bench" / "load").symlink_to(build / "tests" / "bench" / "load")
        return bench(folder, "--scenario", "fanout-0")


def test_run_ends_with_1(_):
    """If Grapnel did anything wrong to a message, or a run failed."""
    wanted = {"none": (0, ""), "drop": (1, "1 lost"), "double": (1, "1 delivered twice"),
              "swap": (1, "1 out of order"), "dry-up": (1, "measured nothing"),
              "close": (1, "closed the connection of subscriber")}
    with concurrent.futures.ThreadPoolExecutor(len(wanted)) as pool:
        for (fault, (status, words)), done in zip(wanted.items(), pool.map(bench_fault, wanted)):
            equal((fault, done.returncode, done.stderr), (fault, status, ""))
            assert words in done.stdout.splitlines()[-1], done.stdout


# The other scripts.


def test_table(_):
    done = bench(build, "--scenario", "pairs-0", "--scenario", "latency", "--json")
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name) / "found.json"
        file.write_text(done.stdout, encoding="utf-8")
        done = run_script("table.py", file, f"again={file}")
    equal((done.returncode, done.stderr), (0, ""))
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()]
    equal(head, ["scenario", "unit", "grapnel", "grapnel, again"])
    equal([row[:2] for row in rows],
          [["`pairs-0`", "µs/delivery"], ["`latency`", "µs, median"], ["`latency`", "µs, p99"]])
    assert all(row[2] == row[3] and float(row[2].replace(",", "")) > 0 for row in rows), rows


def script(name, *words):
    return run_script(name, "--build", build, *words)


def check_picture(path):
    assert path.stat().st_size < 60_000, path
    assert xml.etree.ElementTree.parse(path).getroot().tag.endswith("svg"), path


def soak(folder, *words):
    """The exit status and what was found; memory may grow as it likes, since sanitizers keep what was freed."""
    done = script("soak.py", "--rate", 2000, "--growth", 1000, "--picture", folder / "soak.svg", "--json",
                  folder / "soak.json", *words)
    assert not done.stderr, done.stderr
    check_picture(folder / "soak.svg")
    return done.returncode, json.loads((folder / "soak.json").read_text(encoding="utf-8"))


def test_soak(_):
    with tempfile.TemporaryDirectory() as name:
        status, found = soak(pathlib.Path(name), "--seconds", 10)
    equal((status, found["findings"]["faults"], found["findings"]["whole"]), (0, {}, True))
    report = found["samples"][-1]["report"]
    for each in ("delivered", "takeovers", "resumed", "unsubscribes", "retained", "wills"):
        assert report[each] > 10, report
    equal(report["dropped"], 0)


def test_soak_finds_loss(_):
    """Too short a queue loses messages of sessions that are away."""
    with tempfile.TemporaryDirectory() as name:
        status, found = soak(pathlib.Path(name), "--seconds", 2, "--limit", "maximum_queued_messages=5")
    equal((status, list(found["findings"]["faults"])), (1, ["lost"]))


def test_soak_finds_growth(_):
    with tempfile.TemporaryDirectory() as name:
        status, found = soak(pathlib.Path(name), "--seconds", 3, "--growth", -1000)
    equal((status, found["findings"]["faults"]), (1, {}))


def test_crossing(_):
    """That both cases are told apart; a moment is too short to judge by."""
    done = script("crossing.py", "--runs", 1, "--seconds", 0.2, "--qos", 0)
    equal(done.stderr, "")
    assert done.stdout.splitlines()[1].startswith("QoS 0: "), done.stdout


def test_transports(_):
    """That every part runs and has a figure, over plain TCP, TLS and WebSocket."""
    done = script("transports.py", "--runs", 1, "--seconds", 0.2, "--storm", 20, "--crowd", 50, "--idle", 20)
    equal(done.stderr, "")
    lines = done.stdout.splitlines()[1:]
    begins = ["tcp: ", "tls: ", "ws: ", "latency, ", "20 reconnects ", "/metrics beside 50 ", "tcp: ", "tls: ", "ws: "]
    assert all(line.startswith(begin) for line, begin in zip(lines, begins, strict=True)), done.stdout


def test_fairness(_):
    """That everything runs; a moment is too short to judge by."""
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name) / "found.json"
        done = script("fairness.py", "--runs", 1, "--seconds", 0.2, "--rate", 500, "--json", file)
        found = json.loads(file.read_text(encoding="utf-8"))["runs"]
    equal(done.stderr, "")
    equal(len(done.stdout.splitlines()), 2 + len(found))
    for each in found.values():
        assert each["grapnel"][0]["p99_us"] > 0 and not counts(each["grapnel"][0]), each


def test_curves(_):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        done = script("curves.py", "--quick", "--only", "fanout", "--only", "connections",
                      "--output", folder)
        equal((done.returncode, done.stderr), (0, ""))
        figures = json.loads((folder / "curves.json").read_text(encoding="utf-8"))
        equal(list(figures), ["connections", "fanout"])
        for curve in figures:
            check_picture(folder / f"{curve}.svg")
        picture = (folder / "fanout.svg").read_bytes()
        (folder / "fanout.svg").unlink()
        equal(script("curves.py", "--draw-only", "--output", folder).returncode, 0)
        equal((folder / "fanout.svg").read_bytes(), picture)


def main():
    global build
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=str(build), help="build folder")
    parser.add_argument("--filter", default="", help="only tests whose name contains this")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    tests = [test for name, test in globals().items() if name.startswith("test_") and options.filter in name]
    passed = failed = 0
    with brokers.Grapnel(build).running() as running:
        for test in tests:
            try:
                test(running)
                passed += 1
            except Exception:
                failed += 1
                print(f"FAIL {test.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
