"""A receiver that has stopped reading keeps those who publish much to it waiting for a moment, and nobody else."""
import threading

from lib import check_not_waiting, connect, packets as p

# The clients that are compared have the same loop.
workers = (1,)
ROUNDS = 300
PUBLISHES_EACH = 4  # of the rounds: a hundred messages in a tenth of a second would be much


def flood(publisher):
    block = p.publish("flood", bytes(16_384), version=4) * 8
    try:
        while True:
            publisher.socket.sendall(block)
    except OSError:
        pass


def test_polite_publisher(broker):
    connect(broker, "stopped", version=4).subscribe("#")
    flooder = connect(broker, "flooder", version=4)
    polite = connect(broker, "polite", version=4)
    other = connect(broker, "other", version=4)
    flooder.socket.settimeout(60)
    thread = threading.Thread(target=flood, args=(flooder,), daemon=True)
    for number in range(ROUNDS):
        if number == 10:
            thread.start()
        message = p.publish("polite", b"x" * 64, version=4) if number % PUBLISHES_EACH == 0 else b""
        polite.send(message + p.raw(0xC0, b""))
        check_not_waiting(polite, other)
    flooder.close()
    thread.join(60)
