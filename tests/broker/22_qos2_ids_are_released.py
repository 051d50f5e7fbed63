"""Many QoS 2 exchanges, whole, refused and cut off, leave nothing behind: memory stays flat.
[MQTT-4.3.3-12]
PITFALLS 3 leak by protocol abuse"""
from lib import connect, packets as p

workers = (1,)
BLOCK = 500


def exchange(client):
    ids = range(1, BLOCK + 1)
    client.send(b"".join(p.publish("leak", b"x" * 100, qos=2, packet_id=each) for each in ids))
    for each in ids:
        client.expect("PUBREC", packet_id=each, reason=0)
    client.send(b"".join(p.pubrel(each) for each in ids))
    for each in ids:
        client.expect("PUBCOMP", packet_id=each, reason=0)


def test_flat_memory(broker):
    client = connect(broker, "pub")
    watcher = connect(broker, "watcher")
    watcher.subscribe("leak")
    for _ in range(20):
        exchange(client)
        for _ in range(BLOCK):
            watcher.receive("leak")
    before = broker.rss_kb()
    for _ in range(60):
        exchange(client)
        for _ in range(BLOCK):
            watcher.receive("leak")
    broker.check_growth(before, 2048)
