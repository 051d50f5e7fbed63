"""Mutated and random bytes after a good CONNECT: whatever happens to that connection, the broker goes on serving
another, and the seed is fixed.
PITFALLS 3 truncated lengths, BEHAVIOUR 12.C row 1"""
import random

from lib import connect, packets as p

ROUNDS = 400


def mutated(random_source, packet):
    data = bytearray(packet)
    for _ in range(random_source.randint(1, 4)):
        place = random_source.randrange(len(data))
        action = random_source.randrange(3)
        if action == 0:
            data[place] = random_source.randrange(256)
        elif action == 1:
            del data[place]
        else:
            data.insert(place, random_source.randrange(256))
        if not data:
            return b"\x00\x00"
    return bytes(data)


def test_mutations(broker):
    watcher = connect(broker, "watcher")
    for version in (4, 5):
        random_source = random.Random(f"mutations {version}")
        seeds = [p.publish("m/x", b"payload", qos=2, packet_id=2, version=version,
                           properties={"user_property": [("a", "b")]} if version == 5 else None),
                 p.subscribe(4, ["m/+", "$share/g/m"], version), p.unsubscribe(4, ["m/+"], version), p.puback(1),
                 p.pubrel(2), p.pubrec(3), p.pingreq(), p.connect("m", version=version), p.auth(0x18), p.disconnect()]
        for number in range(ROUNDS):
            client = connect(broker, f"m{number % 7}", version=version)
            data = b"".join(mutated(random_source, random_source.choice(seeds)) for _ in range(8))
            try:
                client.send(data)
            except OSError:
                pass
            client.close()
            if number % 20 == 0:
                watcher.ping()
    watcher.ping()
