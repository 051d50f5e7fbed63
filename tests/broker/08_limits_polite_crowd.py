"""A receiver that has stopped reading keeps nobody waiting when those who publish to it publish little each."""
import time

from lib import Client, check_not_waiting, connect, packets as p

# The clients that are compared have the same loop.
workers = (1,)
config = dict(limits={"maximum_client_bytes_pending": "1 MiB"}, broker={"sys_interval": "100ms"})
PUBLISHERS = 10
ROUNDS = 700
ROUND_S = 0.006  # at least: more than so many messages in a tenth of a second would be much


def test_polite_crowd(broker):
    stopped = Client(broker, version=4, receive_bytes=4096)
    stopped.connect("stopped")
    stopped.subscribe("#")
    other = connect(broker, "other", version=4)
    publishers = [connect(broker, f"polite-{number}", version=4) for number in range(PUBLISHERS)]
    for _ in range(ROUNDS):
        end = time.monotonic() + ROUND_S
        for publisher in publishers:
            publisher.send(p.publish("t", b"x" * 1_000, version=4) + p.raw(0xC0, b""))
            check_not_waiting(publisher, other)
        while time.monotonic() < end:
            other.ping()
    broker.wait_sys("messages/dropped/slow_reader", lambda value: value > 0)
