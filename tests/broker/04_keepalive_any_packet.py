"""Every packet from the client restarts the keep-alive, and 0 switches it off.
[MQTT-3.1.2-20] [MQTT-3.1.2-22] [MQTT-3.12.4-1] [MQTT-3.1.1: 3.1.2-23] [MQTT-3.1.1: 3.1.2-24] [MQTT-3.1.1: 3.12.4-1]"""
from lib import connect, packets as p


def test_packets_keep_it(broker):
    """A packet a second is enough for a keep-alive of two seconds, over more than three."""
    clients = [connect(broker, f"alive{version}", version=version, keepalive=2) for version in (3, 4, 5)]
    timer = connect(broker, "timer")
    quiet = connect(broker, "quiet", keepalive=0)
    for kind in ("ping", "publish", "puback", "publish"):
        timer.expect_silence(1)
        for client in clients:
            if kind == "ping":
                client.ping()
            elif kind == "publish":
                client.send(p.publish("t", b"x", version=client.version))
            else:
                client.send(p.puback(1, version=client.version))
    for client in clients:
        client.ping()
    quiet.ping()
