#!/usr/bin/env python3
"""Measures what TLS and WebSocket cost beside plain TCP on one broker with all three, turn about: CPU time of a
delivery of QoS 0 in full batches; then the broker's loop lag while clients of TLS reconnect all at once, how long
/metrics takes beside many clients and whether workers feel it, and the memory of an idle connection. One worker.
Costs are the lowest of the runs, ratios the median of those between runs that followed each other."""

import argparse
import contextlib
import json
import pathlib
import selectors
import socket
import ssl
import statistics
import subprocess
import sys
import time
import urllib.request

import brokers
import generator
import machine

LISTENERS = """\
[[listener]]
id = "{id}"
type = "{type}"
address = "127.0.0.1:0"
{more}
"""
KINDS = {"tcp": (), "tls": ("--tls",), "ws": ("--websocket",)}
RUN_S = 60.0
LAG = 'grapnel_loop_lag_seconds_bucket{worker="0",le="'
LATENCY = 'grapnel_delivery_latency_seconds_bucket{le="'


class Listening(brokers.Grapnel):
    """A broker with a listener of each kind; `ports` has them by their id. `before` are words before its command."""

    ports = {}
    before = ()

    def command(self, folder):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=localhost", "-days", "2", "-keyout", str(folder / "key.pem"), "-out",
                        str(folder / "cert.pem")], check=True, capture_output=True)
        command = super().command(folder)
        tls = f'tls = {{ cert = "{folder}/cert.pem", key = "{folder}/key.pem" }}'
        with (folder / "grapnel.toml").open("a", encoding="utf-8") as config:
            for kind, kind_type, more in (("tls", "tcp", tls), ("ws", "ws", ""), ("http", "http", "")):
                config.write(LISTENERS.format(id=kind, type=kind_type, more=more))
        return [*self.before, *command]

    def port(self, log):
        records = [json.loads(line) for line in log.splitlines() if line.startswith("{") and line.endswith("}")]
        listening = [record for record in records if record["message"] == "listening"]
        self.ports = {each["listener"]: int(each["address"].split(":")[-1].split("/")[0]) for each in listening}
        return self.ports.get("tcp") if any(record["message"] == "ready" for record in records) else None

    def metrics(self):
        """(what /metrics says, the seconds that it took)"""
        begin = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['http']}/metrics", timeout=RUN_S) as answer:
            text = answer.read().decode()
        took = time.monotonic() - begin
        return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")), took


def percentile_ms(before, after, percent, name=LAG):
    """The least bound, in ms, that so many of what was observed in between are not above; None: of nothing."""
    counts = [(float(key[len(name):].split('"')[0]), int(after[key]) - int(before[key]))
              for key in after if key.startswith(name)]
    total = counts[-1][1]
    return next((bound * 1000 for bound, count in counts if total and count >= total * percent / 100), None)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench transports", description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each run of deliveries")
    parser.add_argument("--storm", type=int, default=2000, help="clients of TLS that reconnect at once")
    parser.add_argument("--crowd", type=int, default=10000, help="clients beside /metrics")
    parser.add_argument("--idle", type=int, default=1000, help="connections of each kind whose memory is taken")
    parser.add_argument("--realtime", action="store_true", help="the broker goes before all else on its CPU, by chrt")
    return parser.parse_args()


def load(broker, running, kind, words, places):
    there = brokers.Running(broker.ports[kind], running.pid)
    return generator.run(broker.build, there, [*words, *KINDS[kind]], places, RUN_S)


def deliveries(broker, options, places):
    costs = {kind: [] for kind in KINDS}
    with broker.running(places.broker) as running:
        before, _ = broker.metrics()
        for _ in range(options.runs):
            for kind, found in costs.items():
                report = load(broker, running, kind, ["throughput", "--seconds", options.seconds], places)
                found.append(report["broker_cpu_us_per_delivery"])
        after, _ = broker.metrics()
    for kind, found in costs.items():
        ratio = statistics.median(each / plain for each, plain in zip(found, costs["tcp"]))
        print(f"{kind}: {min(found):.3f} µs a delivery, {ratio:.2f} times tcp "
              f"({', '.join(f'{each:.3f}' for each in found)})")
    print(f"latency, full load: p50 {percentile_ms(before, after, 50, LATENCY)} ms, "
          f"p99 {percentile_ms(before, after, 99, LATENCY)} ms")


class Client:
    """Of TLS, with its hello made beforehand, so that many can be sent at once."""

    def __init__(self, context, number):
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out)
        self.socket, self._name, self._shaken = None, b"storm%d" % number, False
        self._shake_hands()

    def begin(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), RUN_S)
        self.socket.sendall(self._out.read())

    def _shake_hands(self):
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return
        self._shaken = True
        self._tls.write(bytes([0x10, 12 + len(self._name)]) + b"\0\4MQTT\4\2\0\x3c\0" + bytes([len(self._name)])
                        + self._name)

    def connected(self):
        """Takes what came. True once CONNACK did."""
        self._in.write(self.socket.recv(65536))
        if not self._shaken:
            self._shake_hands()
            self.socket.sendall(self._out.read())
        if not self._shaken:
            return False
        try:
            return self._tls.read(4) == b"\x20\2\0\0"
        except ssl.SSLWantReadError:
            return False


def prepare(count):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return [Client(context, number) for number in range(count)]


def connect_all(port, clients):
    """Until all have their CONNACK; answers how many seconds that took."""
    begin = time.monotonic()
    selector = selectors.DefaultSelector()
    for client in clients:
        client.begin(port)
        selector.register(client.socket, selectors.EVENT_READ, client)
    left = len(clients)
    while left:
        for key, _ in selector.select(RUN_S):
            if key.data.connected():
                selector.unregister(key.fileobj)
                left -= 1
    return time.monotonic() - begin


def storm(broker, options, places):
    """They are there, go all at once, and come back all at once."""
    lags = []
    with broker.running(places.broker):
        clients = prepare(options.storm)
        connect_all(broker.ports["tls"], clients)
        for _ in range(options.runs):
            fresh = prepare(options.storm)
            before, _ = broker.metrics()
            for client in clients:
                client.socket.close()
            clients = fresh
            took = connect_all(broker.ports["tls"], clients)
            lags.append((percentile_ms(before, broker.metrics()[0], 99), took))
        for client in clients:
            client.socket.close()
    print(f"{options.storm} reconnects of TLS at once: loop lag p99 at most {min(lag for lag, _ in lags):g} ms "
          f"({', '.join(f'{lag:g} ms in {took:.1f} s' for lag, took in lags)})")


def crowd(broker, options, places):
    times, lags = [], []
    with broker.running(places.broker) as running, contextlib.ExitStack() as stack:
        words = ["connections", "--connections", options.crowd, "--hold", 3600, "--port", running.port]
        process = subprocess.Popen([str(broker.build / "tests" / "bench" / "load"), *map(str, words)],
                                   preexec_fn=machine.Places.pin(places.load))
        stack.callback(brokers.stop, process)
        while int(broker.metrics()[0]["grapnel_clients_connected"]) < options.crowd:
            if process.poll() is not None:
                sys.exit("transports: the load ended")
        for _ in range(20):
            before, _ = broker.metrics()
            after, took = broker.metrics()
            times.append(took)
            lags.append(percentile_ms(before, after, 100) or 0)
    print(f"/metrics beside {options.crowd} clients: {min(times) * 1000:.1f} ms, at most {max(times) * 1000:.1f}; "
          f"longest turn meanwhile {max(lags):g} ms")


def idle(broker, options, places):
    for kind in KINDS:
        with broker.running(places.broker) as running:
            report = load(broker, running, kind, ["connections", "--connections", options.idle], places)
        print(f"{kind}: {report['resident_bytes_per_connection']:.0f} bytes an idle connection, "
              f"{report['broker_cpu_us_per_connect']:.0f} µs a connect")


def main():
    options = arguments()
    machine.allow_open_files(2 * options.crowd + 1000)
    places = machine.Places()
    # The storm's clients are slower at it than the broker.
    broker = Listening(pathlib.Path(options.build).resolve(), limits={"connect_timeout": '"60s"'})
    broker.before = ("chrt", "-f", "5") if options.realtime else ()
    print(machine.description(places))
    try:
        for part in (deliveries, storm, crowd, idle):
            part(broker, options, places)
            sys.stdout.flush()
    except (brokers.StartError, generator.LoadError) as error:
        sys.exit(f"transports: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
