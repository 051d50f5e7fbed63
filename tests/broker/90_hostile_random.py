"""Some thousands of random and mutated packets, before and after a valid CONNECT, leave the broker serving.
[MQTT-4.13.1-1] [MQTT-3.1.1: 4.8.0-1]  PITFALLS 1 row 19; PITFALLS 3 reachable assertion"""
import random as random_module

from lib import Client, check_serving, connect, many, mutate, packets as p

ROUNDS = 800


def test_random_packets(broker):
    """The seed is fixed, so that a failure comes again; tests/fuzz/storm.py takes others."""
    random = random_module.Random(20)
    neighbour = connect(broker, "neighbour")
    neighbour.subscribe("mine/#", qos=1)
    for number in range(ROUNDS):
        version = random.choice((3, 4, 5, 5))
        client = Client(broker, version)
        data = b""
        if random.random() < 0.8:
            data = p.connect(f"c{random.randrange(20)}", version, random.random() < 0.7)
            data += b"".join(mutate.harmless(random, version) for _ in range(random.randrange(5)))
        data += b"".join(mutate.any_packet(random, version) for _ in range(random.randrange(1, 6)))
        try:
            client.send(data)
        except OSError:
            pass
        client.close()
        if number % 100 == 99:
            neighbour.publish("mine/a", b"%d" % number, qos=1)
            neighbour.receive("mine/a", b"%d" % number, qos=1)
    check_serving(broker)


def test_answers_are_well_formed(broker):
    """What comes back to broken packets is itself according to the standard: the parser of the harness judges it."""
    random = random_module.Random(21)
    for _ in range(300):
        version = random.choice((4, 5))
        client = connect(broker, f"d{random.randrange(5)}", version=version, properties=None)
        data = b"".join(mutate.fixed_length(mutate.valid(random, version)) for _ in range(4))
        try:
            client.send(data)
            client.send(p.pingreq())
            while (packet := client.next_packet(0.3)) is not None and packet.type != "PINGRESP":
                pass
        except (OSError, TimeoutError):
            pass
        client.close()
    check_serving(broker)


def test_half_packets_everywhere(broker):
    """Many connections that stop in the middle of a packet, at once."""
    random = random_module.Random(22)
    open_ones = []
    for number in range(200):
        client = Client(broker, 5)
        data = p.connect(f"h{number}") + mutate.harmless(random, 5) + mutate.valid(random, 5)
        client.send(data[:random.randrange(1, len(data))])
        open_ones.append(client)
    for client in many(broker, "between"):
        client.ping()
    for client in open_ones:
        client.reset() if random.random() < 0.5 else client.close()
    check_serving(broker)
