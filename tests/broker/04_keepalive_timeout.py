"""A client that is silent for one and a half times its keep-alive is cut off, and its will published.
[MQTT-3.1.2-22] [MQTT-3.1.1: 3.1.2-24]  BEHAVIOUR 12.B row 22"""
import time

from lib import connect, packets as p


def test_silent_clients(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    started = time.monotonic()
    clients = [connect(broker, f"v{version}", version=version, keepalive=1, will=p.will(f"will/{version}"))
               for version in (3, 4, 5)]
    for client in clients:
        client.expect_disconnect(0x8D, deadline_s=6)
    passed = time.monotonic() - started
    assert passed > 1.4, f"closed after {passed:.2f} s"
    topics = {watcher.expect("PUBLISH").topic for _ in clients}
    assert topics == {"will/3", "will/4", "will/5"}, topics


def test_partial_packet_does_not_count(broker):
    """Only whole packets are packets: the start of one does not keep the connection."""
    client = connect(broker, "x", keepalive=1)
    client.send(p.publish("t", b"x" * 100)[:50])
    client.expect_disconnect(0x8D, deadline_s=6)


def test_receiving_does_not_count(broker):
    """What the server sends is no sign of life of the client."""
    client = connect(broker, "x", keepalive=1)
    client.subscribe("t")
    publisher = connect(broker, "publisher")
    limit = time.monotonic() + 8
    while time.monotonic() < limit:
        publisher.publish("t", b"x")
        publisher.ping()
        packet = client.next_packet()
        if packet is None or packet.type == "DISCONNECT":
            assert packet is None or packet.reason == 0x8D, packet
            return
    raise AssertionError("still connected after 8 s of silence")
