"""sdk/examples/rate-limit.cpp: so many messages a second for each client."""
import re
import time

from lib import Broker, allow_all, connect, packets as p, scaled

BURST = 5


def rate_limit(**config):
    return {"name": "rate-limit", "config": config}


# Too slow to matter while a test runs: only the burst counts.
config = dict(plugins=[rate_limit(per_second=0.001, burst=BURST, summary=1), allow_all()])


def test_more_than_the_burst_is_refused(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("t", qos=2)
    client = connect(broker, "client")
    for number in range(BURST):
        client.publish("t", str(number), qos=number % 3)
        watcher.receive("t", str(number), qos=number % 3)
    for qos in (1, 2):
        refusal = client.publish("t", b"x", qos=qos, expect=0x97)
        assert refusal.properties.get("reason_string") == "too many messages", refusal
    client.publish("t", b"x")
    client.ping()
    other = connect(broker, "other")
    other.publish("t", b"other", qos=1)
    watcher.receive("t", b"other", qos=1)


def test_what_was_refused_is_logged():
    with Broker(**config) as broker:
        client = connect(broker, "client")
        for _ in range(BURST + 3):
            client.publish("t", b"x")
        limit = time.monotonic() + scaled(20)
        while (logged := sum(map(int, re.findall(r"refused (\d+) messages", broker.log_text())))) < 3:
            assert time.monotonic() < limit, logged
            client.ping()
        assert logged == 3, logged


def test_older_clients_lose_what_is_too_much(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("t", qos=1)
    client = connect(broker, "older", version=4)
    for number in range(BURST + 3):
        client.publish("t", str(number), qos=1)
    for number in range(BURST):
        watcher.receive("t", str(number), qos=1)
    watcher.ping()


def test_the_allowance_stays_with_the_session(broker):
    client = connect(broker, "stays", properties={"session_expiry_interval": 100})
    for _ in range(BURST):
        client.publish("t", b"x", qos=1)
    client.disconnect()
    client = connect(broker, "stays", clean=False, session=True)
    client.publish("t", b"x", qos=1, expect=0x97)
    client.disconnect(properties={"session_expiry_interval": 0})
    connect(broker, "stays", session=False).publish("t", b"x", qos=1)


def test_time_brings_new_allowance():
    with Broker(plugins=[rate_limit(per_second=2, burst=1), allow_all()]) as broker:
        client = connect(broker, "client")
        client.send(b"".join(p.publish("t", b"x", 1, packet_id=number) for number in range(1, 101)))
        answers = [client.expect("PUBACK").reason for _ in range(100)]
        assert answers[0] in (0x00, 0x10) and 0x97 in answers, answers
        limit = time.monotonic() + scaled(20)
        while True:
            client.send(p.publish("t", b"x", 1))
            if client.expect("PUBACK").reason != 0x97:
                break
            assert time.monotonic() < limit, "the client may never publish again"


def test_limits_make_sense():
    for settings, why in (({"per_second": 0}, "must be more than 0"), ({"burst": 0.5}, "must be 1 or more"),
                          ({"summary": 0}, "must be more than 0"), ({"bursts": 1}, "did you mean")):
        broker = Broker(plugins=[rate_limit(**settings), allow_all()])
        broker.launch()
        assert broker.wait_exit() > 0, settings
        assert why in broker.log_text(), broker.log_tail()
        broker.process = None
