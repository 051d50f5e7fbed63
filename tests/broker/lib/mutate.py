"""Random and mutated packets: valid ones of every type, with bytes flipped, cut, repeated, or with lying lengths."""

from . import packets as p

TOPICS = ["a", "a/b", "a/b/c", "", "/", "//", "$SYS/x", "$share/g/a", "a/+", "+/b", "#", "a/#", "$share/g/#",
          "x" * 200, "ü/\u20ac"]


def properties(random):
    """A random property list, often legal for nothing."""
    names = random.sample(sorted(p.PROPERTIES), random.choice((0, 0, 0, 1, 1, 2, 4)))
    pairs = []
    for name in names:
        kind = p.PROPERTIES[name][1]
        if kind == "byte":
            value = random.choice((0, 1, 1, 2, 255))
        elif kind == "u16":
            value = random.choice((0, 1, 10, 65535))
        elif kind in ("u32", "varint"):
            value = random.choice((0, 1, 2, 100, 0x7FFFFFF))
        elif kind == "pair":
            value = ("k", "v" * random.randrange(4))
        else:
            value = random.choice((b"", b"t", b"a/b", b"x" * 30, b"\xff"))
        pairs.append((name, value))
    return pairs


def valid(random, version):
    """A packet that is well-formed as far as its builder is; of any type a client may send, and some it may not."""
    topic = random.choice(TOPICS)
    packet_id = random.choice((1, 1, 2, 3, 500, 65535, 0))
    props = properties(random) if random.random() < 0.3 else None
    reason = random.choice((None, None, 0, 0x10, 0x92, 0x80, 0xFF))
    kind = random.randrange(16)
    if kind <= 4:
        return p.publish(topic, random.randbytes(random.choice((0, 1, 20, 300))), random.choice((0, 0, 1, 2)),
                         random.random() < 0.3, random.random() < 0.1, packet_id if kind else None, version, props)
    if kind <= 6:
        filters = [(random.choice(TOPICS), random.choice((0, 1, 2, 4, 8, 0x10, 0x2D, 3, 0xFF)))
                   for _ in range(random.randrange(4))]
        return p.subscribe(packet_id, filters, version, props)
    if kind == 7:
        return p.unsubscribe(packet_id, [random.choice(TOPICS) for _ in range(random.randrange(3))], version, props)
    if kind <= 11:
        builder = (p.puback, p.pubrec, p.pubrel, p.pubcomp)[kind - 8]
        return builder(packet_id, reason, props, version)
    if kind == 12:
        return p.pingreq()
    if kind == 13:
        return p.auth(random.choice((None, 0, 0x18, 0x19)), props)
    if kind == 14:
        return p.disconnect(random.choice((None, 0, 4, 0x80)), props, version)
    return random.choice(list(p.server_packets(version).values()) + [connect(random, version)])


def connect(random, version):
    will = None
    if random.random() < 0.4:
        will = p.will(random.choice(TOPICS), random.randbytes(5), random.randrange(3), random.random() < 0.3,
                      properties(random) if random.random() < 0.3 else {"will_delay_interval": 1})
    return p.connect(random.choice(("", "a", "b", "c", f"r{random.randrange(50)}")), version, random.random() < 0.6,
                     random.choice((0, 1, 60, 65535)), random.choice((None, "u")), random.choice((None, b"p")), will,
                     properties(random) if random.random() < 0.3 else {"session_expiry_interval": 1})


def mutated(random, data):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        if not data:
            break
        at = random.randrange(len(data))
        way = random.randrange(8)
        if way <= 1:
            data[at] ^= 1 << random.randrange(8)
        elif way == 2:
            data[at] = random.choice((0, 1, 2, 0x7F, 0x80, 0xFF))
        elif way == 3:
            del data[at:at + random.randrange(1, 5)]
        elif way == 4:
            data[at:at] = random.randbytes(random.randrange(1, 5))
        elif way == 5:
            data[at:at] = data[at:at + random.randrange(1, 20)]
        elif way == 6 and len(data) > 1:
            data[1] = random.choice((0, 1, 2, 5, len(data) & 0x7F, 0x7F, 0x80, 0xFF))
        else:
            del data[at:]
    return bytes(data)


def fixed_length(data):
    """The same first byte and body with a remaining length that is right again, so that the body is read."""
    if len(data) < 2:
        return bytes(data)
    return p.raw(data[0], bytes(data[2:]))


def any_packet(random, version):
    """One valid, mutated or random packet."""
    draw = random.random()
    if draw < 0.35:
        return valid(random, version)
    if draw < 0.75:
        return fixed_length(mutated(random, valid(random, version)))
    if draw < 0.92:
        return mutated(random, valid(random, version))
    return random.randbytes(random.randrange(1, 60))


def harmless(random, version):
    """A valid packet that a connection survives, to get deep before the bad one."""
    packet_id = random.randrange(1, 200)
    return random.choice((
        p.publish(f"a/{random.randrange(9)}", b"x" * random.randrange(50), version=version),
        p.publish("a/b", b"x", 1, packet_id=packet_id, version=version),
        p.publish("a/b", b"x", 0, True, version=version), p.pubrel(packet_id, version=version),
        p.subscribe(packet_id, [("a/+", 1), ("#", 2)], version), p.unsubscribe(packet_id, ["a/+"], version),
        p.pingreq(), p.puback(packet_id, version=version), p.pubrec(packet_id, version=version)))
