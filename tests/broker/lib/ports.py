"""Ports for servers that cannot be asked to choose one, as redis-server."""

import pathlib
import random
import socket

LOWEST = 10_000
EPHEMERAL = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")
chosen = random.SystemRandom()


def quiet_port():
    """A free port of 127.0.0.1 below those that the system hands out: no connection and no listener on port 0 gets it
    before its server, or while that is away."""
    highest = int(EPHEMERAL.read_text().split()[0]) - 1
    while True:
        port = chosen.randint(min(LOWEST, highest), highest)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
