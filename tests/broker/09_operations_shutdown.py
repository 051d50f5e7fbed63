"""SIGTERM: v5 clients get DISCONNECT 0x8B, v3 clients a close, wills go out, the exit code is 0.
[MQTT-3.14.0-1] [MQTT-3.14.2-1]  BEHAVIOUR 12.A row 18"""
import signal

from lib import Broker, Client, connect, many, packets as p


def test_disconnects():
    broker = Broker().start()
    clients = [connect(broker, f"c{number}", version=(3, 4, 5, 5)[number % 4]) for number in range(16)]
    unknown = Client(broker)
    half = Client(broker)
    half.send(p.connect("half")[:-3])
    clients[0].ping()
    broker.process.send_signal(signal.SIGTERM)
    for client in clients:
        client.expect_disconnect(0x8B)
    unknown.expect_closed()
    half.expect_closed()
    broker.wait_record("stopped")
    assert broker.wait_exit() == 0
    broker.stop()


def test_wills():
    """Whoever is still connected sees the wills of all, before its own DISCONNECT."""
    broker = Broker().start()
    watchers = many(broker, "watcher", 4)
    for watcher in watchers:
        watcher.subscribe("will/#")
    dying = [connect(broker, f"d{number}", version=4 + number % 2, will=p.will(f"will/{number}"))
             for number in range(6)]
    dying[0].ping()
    broker.process.send_signal(signal.SIGTERM)
    for watcher in watchers:
        topics = set()
        while (packet := watcher.next_packet()).type == "PUBLISH":
            topics.add(packet.topic)
        assert packet.type == "DISCONNECT" and packet.reason == 0x8B, packet
        assert topics == {f"will/{number}" for number in range(6)}, topics
        watcher.expect_closed()
    assert broker.wait_exit() == 0
    broker.stop()


def test_sigint():
    broker = Broker().start()
    client = connect(broker, "x")
    broker.process.send_signal(signal.SIGINT)
    client.expect_disconnect(0x8B)
    assert broker.wait_exit() == 0
    broker.stop()


def test_idle_and_at_once():
    """Right after "ready", with no client."""
    for _ in range(3):
        Broker().start().stop()
