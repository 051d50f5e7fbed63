"""Thousands of QoS 2 exchanges may be open at once: each identifier is told from all others, before and after its
PUBREL.
[MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-3.7.2-1] [MQTT-3.1.1: 4.3.3-2]"""
from lib import connect, packets as p

config = dict(limits={"receive_maximum": 65535})
IDS = range(1, 65536, 21)


def send_all(client, ids, packet, kind, reason=0):
    """Sends packet(id) for each, and expects their answers in order."""
    client.send(b"".join(packet(each) for each in ids))
    for each in ids:
        client.expect(kind, packet_id=each, reason=reason)


def test_many_open(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("many")
    for version in (4, 5):
        client = connect(broker, "pub", version=version)
        for dup in (False, True):
            send_all(client, IDS, lambda each: p.publish("many", b"%d" % each, 2, packet_id=each, dup=dup,
                                                         version=version), "PUBREC")
        for each in IDS:
            watcher.receive("many", b"%d" % each)
        watcher.expect_nothing(after=client)
        newest_first = list(reversed(IDS))
        send_all(client, newest_first, lambda each: p.pubrel(each, version=version), "PUBCOMP")
        send_all(client, newest_first[-32:], lambda each: p.pubrel(each, version=version), "PUBCOMP")
        client.publish("many", b"anew", qos=2, packet_id=IDS[0])
        watcher.receive("many", b"anew")
    send_all(client, newest_first[:-32], p.pubrel, "PUBCOMP", 0x92)
