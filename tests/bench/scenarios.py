"""What `./dev bench` measures: for each scenario what the load generator is asked to do, and the figures to look at."""

import dataclasses

CONNECTIONS_IDLE = 10_000
CONNECTIONS_OPENED = 5_000
HOLD_S = 0.5  # how long idle connections are watched


@dataclasses.dataclass(frozen=True)
class Figure:
    """One number of a run: its name in the generator's report, and which direction is better."""

    name: str
    unit: str
    digits: int
    better: str = "less"


@dataclasses.dataclass(frozen=True)
class Scenario:
    """The options of a run, as the generator calls them; True stands for an option without value."""

    name: str
    mode: str
    options: dict
    figures: tuple

    def arguments(self, seconds):
        """The command line of the generator, but for what every run has."""
        words = [self.mode]
        timed = {} if self.mode in ("connections", "retained") else {"seconds": seconds}
        for name, value in {**timed, **self.options}.items():
            words.append(f"--{name}")
            if value is not True:
                words.append(str(value))
        return words

    def open_files(self):
        """How many files generator and broker each have open at once, about."""
        return 256 + 2 * self.options.get("publishers", 10) + self.options.get("subscribers", 10) + \
            self.options.get("connections", 0)


DELIVERY = (Figure("broker_cpu_us_per_delivery", "µs/delivery", 3),)
MEMORY = (Figure("resident_bytes_per_connection", "bytes/connection", 0),)
CONNECTS = (Figure("connects_per_s", "connects/s", 0, better="more"),
            Figure("broker_cpu_us_per_connect", "µs/connect", 1))
LATENCY = (Figure("p50_us", "µs, median", 0), Figure("p99_us", "µs, p99", 0))


def throughput(name, topology, publishers, subscribers, qos, **more):
    return Scenario(name, "throughput", dict(topology=topology, publishers=publishers, subscribers=subscribers, qos=qos,
                                             **more), DELIVERY)


SCENARIOS = [
    throughput("pairs-0", "pairs", 10, 10, 0),
    throughput("pairs-one", "pairs", 100, 100, 0, window=1),
    throughput("fanout-0", "fanout", 1, 100, 0),
    throughput("fanin-0", "fanin", 50, 1, 0),
    throughput("pairs-1", "pairs", 10, 10, 1, window=200),
    throughput("fanout-1", "fanout", 1, 100, 1),
    throughput("all-0", "all", 10, 10, 0),
    throughput("pairs-single", "pairs", 10, 10, 0, batch=1),
    throughput("pairs-2", "pairs", 10, 10, 2, window=200, inflight=20),
    throughput("pairs-1-v5", "pairs", 10, 10, 1, window=200, v5=True),
    throughput("fanout-16k", "fanout", 1, 100, 0, payload=16384, window=16),
    Scenario("wildcards", "wildcards", dict(subscribers=100, filters=100), DELIVERY),
    Scenario("retained", "retained", dict(retained=100_000), DELIVERY),
    Scenario("idle", "connections", dict(connections=CONNECTIONS_IDLE, hold=HOLD_S), MEMORY),
    Scenario("idle-subscribed", "connections", dict(connections=CONNECTIONS_IDLE, subscriptions=1, hold=HOLD_S),
             MEMORY),
    Scenario("connects", "connections", dict(connections=CONNECTIONS_OPENED, hold=HOLD_S), CONNECTS),
    Scenario("latency", "latency", dict(rate=2000), LATENCY),
]
