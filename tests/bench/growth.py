"""What `curves.py` measures: how the broker's costs grow with one number. A curve is a function from a Bench to a title
and panels for charts.py."""

import pathlib
import random
import statistics

import brokers
import charts
import filler
import gauges
import generator
import machine

RUN_S = 120.0
FILL_CONNECTIONS = 4
FILL_LEAST = 1_000  # filling with fewer is too short to be measured
PAYLOAD = b"x" * 64
SPREAD_TOPICS_MAX = 100_000  # that are published to in turn
SPREAD_MESSAGES = 100_000
UNDELIVERED_BYTES = 4 << 20  # on their way to one receiver, at large payloads

# Nothing is dropped, however slow the load is, and the largest payload fits.
LIMITS = {"maximum_packet_size": '"4 MiB"', "maximum_client_writes_pending": 0, "maximum_client_bytes_pending": 0}

COST = "CPU µs"
BYTES = "resident bytes each"


class Bench:
    """How curves are measured: with which build, how long, how often."""

    def __init__(self, build, quick, seconds, runs):
        self.build, self.quick = pathlib.Path(build).resolve(), quick
        self.seconds = seconds or (0.3 if quick else 2.0)
        self.runs = runs or (1 if quick else 3)
        self.places = machine.Places()

    def values(self, whole, few):
        return few if self.quick else whole

    def broker(self, workers=1):
        """A running broker on its CPU."""
        return brokers.Grapnel(self.build, workers, limits=LIMITS).running(self.places.broker)

    def load(self, running, mode, **options):
        """One run of the load generator: its report."""
        words = [mode, "--seconds", str(self.seconds)]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        report = generator.run(self.build, running, words, self.places, self.seconds + RUN_S)
        if report.get("measured_deliveries") == 0:
            raise generator.LoadError(f"{' '.join(words)}: nothing was delivered in that time")
        faults = {name: report[name] for name in ("lost", "duplicates", "reordered") if report[name]}
        if faults:
            raise generator.LoadError(f"{' '.join(words)}: {faults}")
        return report

    def cost_us(self, running, **options):
        """CPU time per delivery of throughput runs."""
        return statistics.median(self.load(running, "throughput", **options)["broker_cpu_us_per_delivery"]
                                 for _ in range(self.runs))

    def pairs_us(self, running):
        return self.cost_us(running, topology="pairs", publishers=10, subscribers=10)


class Spending:
    """CPU time and memory of the broker since the object was made, per thing."""

    def __init__(self, running):
        self.process = gauges.Process(running.pid)
        self.cpu_s, self.bytes = self.process.cpu_s(), self.process.resident_bytes()

    def us_each(self, count):
        return (self.process.cpu_s() - self.cpu_s) * 1e6 / count

    def bytes_each(self, count):
        return (self.process.resident_bytes() - self.bytes) / count


def series(label, points):
    return {"label": label, "points": [[x, round(y, 4)] for x, y in points]}


def panel(title, y_label, x_label, *lines, ticks=None, **more):
    """A panel with ticks where there are points, unless others are given."""
    ticks = ticks or [[x, charts.short(x)] for x in sorted({x for line in lines for x, _ in line["points"]})]
    return {"title": title, "y_label": y_label, "x_label": x_label, "x_log": True, "x_ticks": ticks,
            "series": list(lines), **more}


def subscriptions(bench):
    """To a topic each, by four clients, beside the ten pairs."""
    few, first, again, subscribing, memory = [], [], [], [], []
    for count in bench.values([1, 1_000, 10_000, 100_000, 1_000_000], [1, 1_000, 100_000]):
        with bench.broker() as running:
            connections = filler.connect(running.port, FILL_CONNECTIONS)
            publisher, = filler.connect(running.port, 1, "publisher")
            spending = Spending(running)
            filter_bytes = filler.subscribe(connections, count)
            if count >= FILL_LEAST:
                subscribing.append((count, spending.us_each(count)))
                memory.append((count, spending.bytes_each(count) - filter_bytes / count))
            few.append((count, bench.pairs_us(running)))
            topics = random.Random(count).sample(range(count), min(count, SPREAD_TOPICS_MAX))
            spending = Spending(running)
            filler.publish(publisher, connections, topics, PAYLOAD)
            if count >= FILL_LEAST:
                first.append((count, spending.us_each(len(topics))))
            numbers = topics * -(-SPREAD_MESSAGES // len(topics))
            spending = Spending(running)
            filler.publish(publisher, connections, numbers, PAYLOAD)
            again.append((count, spending.us_each(len(numbers))))
    held = "subscriptions in the broker"
    return "Subscriptions", [
        panel("A delivery", COST, held, series("10 topics", few), series("all in turn", again),
              series("for the first time", first)),
        panel("Subscribing", COST + " each", held, series("subscribe", subscribing)),
        panel("Memory", BYTES + ", beyond the filter", held, series("subscription", memory)),
    ]


def retained(bench):
    """Messages of 64 bytes, beside the ten pairs."""
    pairs, storing, reading, memory = [], [], [], []
    for count in bench.values([1, 1_000, 10_000, 100_000, 1_000_000], [1, 1_000, 100_000]):
        with bench.broker() as running:
            publisher, reader = filler.connect(running.port, 2)
            spending = Spending(running)
            filler.retain(publisher, count, PAYLOAD)
            if count >= FILL_LEAST:
                storing.append((count, spending.us_each(count)))
                memory.append((count, spending.bytes_each(count)))
            pairs.append((count, bench.pairs_us(running)))
            spending = Spending(running)
            filler.read_retained(reader, count, PAYLOAD)
            if count >= FILL_LEAST:
                reading.append((count, spending.us_each(count)))
    held = "retained messages in the broker"
    return "Retained messages", [
        panel("A delivery that is not retained", COST, held, series("10 pairs", pairs)),
        panel("A retained message", COST + " each", held, series("set", storing),
              series("read by one subscription", reading)),
        panel("Memory", BYTES + ", 64 of them payload", held, series("message", memory)),
    ]


def connections(bench):
    """Idle ones beside the ten pairs."""
    pairs, connecting, memory = [], [], []
    for count in bench.values([10, 100, 1_000, 10_000], [10, 1_000]):
        machine.allow_open_files(count + 256)
        with bench.broker() as running:
            spending = Spending(running)
            idle = filler.connect(running.port, count)
            connecting.append((count, spending.us_each(count)))
            if count >= FILL_LEAST:
                memory.append((count, spending.bytes_each(count)))
            pairs.append((count, bench.pairs_us(running)))
            for each in idle:
                each.close()
    held = "idle connections beside the 20 that talk"
    return "Connections", [
        panel("A delivery", COST, held, series("10 pairs", pairs)),
        panel("Connecting", COST + " each", held, series("connect", connecting)),
        panel("Memory", BYTES, held, series("connection", memory)),
    ]


def fanout(bench):
    """One publisher, more and more receivers."""
    lines = []
    for qos in (0, 1):
        points = []
        for count in bench.values([1, 10, 100, 1_000], [1, 100]):
            machine.allow_open_files(count + 256)
            with bench.broker() as running:
                points.append((count, bench.cost_us(running, topology="fanout", publishers=1, subscribers=count,
                                                    qos=qos)))
        lines.append(series(f"QoS {qos}", points))
    return "Fan-out", [panel("A delivery", COST, "subscribers of the topic", *lines)]


def size_text(size):
    return f"{size >> 20}M" if size >= 1 << 20 else f"{size >> 10}k" if size >= 1 << 10 else str(size)


def payload(bench):
    """Ten receivers, larger and larger messages. The generator's own stamp is in the smallest."""
    sizes = bench.values([24, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20],
                         [24, 4 << 10, 1 << 20])
    costs, rates = [], []
    for size in sizes:
        with bench.broker() as running:
            cost = bench.cost_us(running, topology="fanout", publishers=1, subscribers=10, payload=size,
                                 window=max(2, min(500, UNDELIVERED_BYTES // size)))
        costs.append((size, cost))
        rates.append((size, cost * 1e3 / size))
    ticks = [[size, size_text(size)] for size in sizes]
    return "Payload", [
        panel("A delivery", COST, "bytes", series("10 subscribers", costs), ticks=ticks, y_log=True),
        panel("A byte", "CPU ns", "bytes", series("10 subscribers", rates), ticks=ticks, y_log=True),
    ]


def workers(bench):
    """More workers on the same one CPU: what crossing from one to the other costs."""
    shapes = {"10 pairs": {"topology": "pairs", "publishers": 10, "subscribers": 10},
              "1 to 100": {"topology": "fanout", "publishers": 1, "subscribers": 100}}
    lines = {(label, qos): [] for label in shapes for qos in (0, 1)}
    for count in (1, 2, 4):
        for (label, qos), points in lines.items():
            with bench.broker(count) as running:
                points.append((count, bench.cost_us(running, qos=qos, **shapes[label])))
    return "Workers", [
        panel(f"A delivery, QoS {qos}", COST, "workers, all on one CPU",
              *(series(label, lines[label, qos]) for label in shapes)) for qos in (0, 1)]


CURVES = {each.__name__: each for each in (subscriptions, retained, connections, fanout, payload, workers)}
