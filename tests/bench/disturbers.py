"""Clients that a broker must not let anybody else feel. Each runs in a process of its own while its context is open."""

import contextlib
import multiprocessing
import os
import time

import filler

FLOOD_TOPIC = b"flood"
FLOOD_PAYLOAD_BYTES = 16_384
FLOOD_BYTES_PER_S = 10_000_000
SLOW_BYTES_PER_S = 10_000
SLOW_PERIOD_S = 0.1
SIGN_INS_AT_ONCE = 10
SIGN_INS_PER_S = 1000
READY_S = 10.0
START_METHOD = multiprocessing.get_context("fork")


def subscribed(port, name, topic_filter):
    connection, = filler.connect(port, 1, name)
    filler.subscribe_to(connection, topic_filter)
    return connection


def stop_reading(port, ready):
    """Subscribes to everything, and never reads of it."""
    connection = subscribed(port, "stopped", b"#")
    ready.set()
    while connection:
        time.sleep(READY_S)


def read_slowly(port, ready):
    """Subscribes to everything, and reads 10 KB a second of it."""
    connection = subscribed(port, "slow", b"#")
    ready.set()
    while connection.socket.recv(int(SLOW_BYTES_PER_S * SLOW_PERIOD_S)):
        time.sleep(SLOW_PERIOD_S)


def flood(port, ready):
    """Publishes 10 MB a second, in messages of 16 KiB."""
    connection, = filler.connect(port, 1, "flood")
    message = filler.packet(filler.PUBLISH, filler.text(FLOOD_TOPIC) + bytes(FLOOD_PAYLOAD_BYTES))
    ready.set()
    begin_s = time.monotonic()
    sent = 0
    while True:
        connection.socket.sendall(message)
        sent += 1
        time.sleep(max(0.0, begin_s + sent * FLOOD_PAYLOAD_BYTES / FLOOD_BYTES_PER_S - time.monotonic()))


def read_flood(port, ready):
    """Reads what flood() publishes, as fast as it comes."""
    connection = subscribed(port, "flooded", FLOOD_TOPIC)
    ready.set()
    while connection.socket.recv(filler.READ_BYTES):
        continue


def sign_in(port, ready, prefix="prompt"):
    """Comes and goes, ten clients at a time and a thousand a second."""
    ready.set()
    begin_s = time.monotonic()
    rounds = 0
    while True:
        for connection in filler.connect(port, SIGN_INS_AT_ONCE, prefix):
            connection.close()
        rounds += 1
        time.sleep(max(0.0, begin_s + rounds * SIGN_INS_AT_ONCE / SIGN_INS_PER_S - time.monotonic()))


def sign_in_late(port, ready):
    """The same with ids that the plugin admits_later lets in after 5 ms."""
    sign_in(port, ready, "late")


DISTURBANCES = {
    "nobody": (),
    "stopped reader": (stop_reading,),
    "slow reader": (read_slowly,),
    "10 MB/s publisher": (read_flood, flood),
    "sign-ins": (sign_in,),
    "sign-ins of 5 ms": (sign_in_late,),
    "all of them": (stop_reading, read_slowly, read_flood, flood),
}


def play(role, port, cpus, ready):
    if cpus:
        os.sched_setaffinity(0, cpus)
    with contextlib.suppress(OSError, filler.FillError):
        role(port, ready)


@contextlib.contextmanager
def disturbing(name, port, cpus):
    """Plays DISTURBANCES[name] against the broker at that port; TimeoutError if one cannot begin."""
    processes = []
    try:
        for role in DISTURBANCES[name]:
            ready = START_METHOD.Event()
            process = START_METHOD.Process(target=play, args=(role, port, cpus, ready), daemon=True)
            process.start()
            processes.append(process)
            if not ready.wait(READY_S):
                raise TimeoutError(f"{role.__name__} does not begin")
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()
