#!/usr/bin/env python3
"""Throws random and mutated packets at a running broker and checks that it still serves:

    storm.py --port 1883 --packets 1000000 --seed 7 [--processes 2] [--pid PID]

Connections are short; most begin with a valid CONNECT, then harmless packets, then bad ones, in a few writes that are
split anywhere. The same seed throws the same packets. With --pid the memory of that process is shown. Exit 1
if the broker does not serve at the end."""

import argparse
import multiprocessing
import pathlib
import random as random_module
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
from lib import mutate, packets as p  # noqa: E402


def script(random):
    """(bytes, number of packets) of one connection."""
    version = random.choice((3, 4, 5, 5))
    parts = []
    if random.random() < 0.85:
        parts.append(p.connect(f"storm{random.randrange(100)}", version, random.random() < 0.7))
        parts += [mutate.harmless(random, version) for _ in range(random.randrange(12))]
    elif random.random() < 0.5:
        parts.append(mutate.fixed_length(mutate.mutated(random, mutate.connect(random, version))))
    parts += [mutate.any_packet(random, version) for _ in range(random.choice((1, 2, 4, 12)))]
    return parts


def throw(address, parts, random):
    """Opens a connection and sends the packets in one to four writes. Returns it if its answers are to be read."""
    data = b"".join(parts)
    connection = socket.create_connection(address, timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.choice((0, 0, 1, 3))))
    try:
        for start, end in zip([0] + cuts, cuts + [len(data)]):
            connection.sendall(data[start:end])
        draw = random.random()
        if draw < 0.7:
            connection.shutdown(socket.SHUT_WR)
            return connection
        if draw < 0.8:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    except OSError:  # the broker was faster
        pass
    connection.close()
    return None


def drain(connections):
    """Reads each to its end: the broker has then handled all that was sent on it."""
    for connection in connections:
        try:
            while connection.recv(65536):
                pass
        except (TimeoutError, ConnectionError):
            pass
        connection.close()


def work(number, options, thrown):
    random = random_module.Random(options.seed * 1000 + number)
    address = (options.host, options.port)
    share = options.packets // options.processes
    count = 0
    opened = []
    while count < share:
        parts = script(random)
        try:
            connection = throw(address, parts, random)
        except OSError as error:
            print(f"process {number}: cannot connect after {count} packets: {error}", file=sys.stderr)
            sys.exit(1)
        if connection:
            opened.append(connection)
        if len(opened) == 16:
            drain(opened)
            opened.clear()
        count += len(parts)
        thrown[number] = count
    drain(opened)


def serves(options):
    """A publish comes back to a new client."""
    with socket.create_connection((options.host, options.port), timeout=30) as connection:
        topic = f"storm-check/{time.monotonic_ns()}"
        connection.sendall(p.connect(topic) + p.subscribe(1, [(topic, 0)]) + p.publish(topic, b"still here"))
        received = b""
        while b"still here" not in received:
            chunk = connection.recv(65536)
            if not chunk:
                return False
            received += chunk
        return True


def memory(pid):
    if pid is None:
        return ""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return ", " + " ".join(line.split())
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--packets", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--pid", type=int, help="the broker, to show its memory")
    options = parser.parse_args()
    started = time.monotonic()
    thrown = multiprocessing.Array("q", options.processes)
    workers = [multiprocessing.Process(target=work, args=(number, options, thrown))
               for number in range(options.processes)]
    for worker in workers:
        worker.start()
    next_line = started + 10
    while any(worker.is_alive() for worker in workers):
        for worker in workers:
            worker.join(0.2)
        if time.monotonic() > next_line:
            next_line += 10
            print(f"{sum(thrown)} packets, {time.monotonic() - started:.0f} s{memory(options.pid)}", flush=True)
    failed = any(worker.exitcode for worker in workers)
    try:
        good = serves(options)
    except OSError as error:
        print(error, file=sys.stderr)
        good = False
    print(f"{sum(thrown)} packets in {time.monotonic() - started:.0f} s, seed {options.seed}: the broker "
          f"{'serves' if good else 'DOES NOT SERVE'}{memory(options.pid)}")
    return 1 if failed or not good else 0


if __name__ == "__main__":
    sys.exit(main())
