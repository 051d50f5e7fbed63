"""Over WebSocket a client that does not read, or sends more than is taken, costs what it costs on TCP: bounded memory,
and nobody else's time."""

import os
import select

from lib import connect, packets as p
from lib import websocket as ws

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws"}],
              limits={"maximum_client_bytes_pending": 200_000, "maximum_queued_bytes": 500_000})


def test_a_slow_reader_loses_and_goes_on(broker):
    slow = ws.WebSocketClient(broker, receive_bytes=4096)
    slow.connect("slow")
    slow.subscribe("flood")
    publisher = connect(broker, "publisher")
    before_kb = broker.rss_kb()
    payload = b"x" * 10_000
    for _ in range(3000):
        publisher.publish("flood", payload)
    publisher.ping()
    assert broker.wait_sys("messages/dropped/slow_reader", lambda count: count > 0) > 0
    broker.check_growth(before_kb, 40_000)
    publisher.publish("flood", b"last", retain=True)
    slow.send(p.pingreq())
    while slow.next_packet().type != "PINGRESP":
        pass
    slow.ping()


def test_a_sender_whose_answers_wait_is_not_read_from(broker):
    greedy = ws.WebSocketClient(broker, receive_bytes=4096)
    greedy.connect("greedy")
    before_kb = broker.rss_kb()
    raw = greedy.socket.socket
    raw.setblocking(False)
    pings = ws.frame(p.pingreq() * 8192)
    sent = 0
    while sent < 2000 * len(pings) and select.select([], [raw], [], 2)[1]:
        at = sent % len(pings)
        sent += raw.send(pings[at:])
    assert sent < 2000 * len(pings), "all of it was taken"
    broker.check_growth(before_kb, 30_000)
    connect(broker, "someone else").ping()
    greedy.close()


def test_one_who_reads_nothing_is_let_go(broker):
    """Its connection is gone from the process too, though nothing could be said to it; and while it lasted, what it
    sent was taken."""
    def descriptors():
        return len(os.listdir(f"/proc/{broker.process.pid}/fd"))

    connect(broker, "warm").disconnect()
    before = descriptors()
    deaf = ws.WebSocketClient(broker, receive_bytes=4096)
    deaf.connect("deaf", keepalive=2)
    deaf.subscribe("flood")
    publisher = connect(broker, "publisher")
    for _ in range(1500):
        publisher.publish("flood", b"x" * 10_000)
    publisher.ping()
    watcher = connect(broker, "watcher")
    watcher.subscribe("from/deaf")
    for number in range(100):
        deaf.send(p.publish("from/deaf", bytes([number]) * 20_000))
    for number in range(100):
        watcher.receive("from/deaf", bytes([number]) * 20_000)
    for each in (watcher, publisher):
        each.disconnect()
    broker.wait_sys("time", lambda _: descriptors() <= before + 1, deadline_s=30)  # one is this follower's
    deaf.close()


def test_many_at_once_in_order(broker):
    """Bursts in both directions over several connections arrive whole and in order."""
    clients = [ws.connect(broker, f"burst{number}") for number in range(6)]
    for client in clients:
        client.subscribe("burst/#")
    for number in range(200):
        clients[number % 6].send(b"".join(p.publish(f"burst/{number % 6}", f"{number}.{i}") for i in range(20)))
    for client in clients:
        last = {}
        for _ in range(200 * 20):
            message = client.expect("PUBLISH")
            number, i = map(int, message.payload.split(b"."))
            assert (number, i) > last.get(message.topic, (-1, -1)), message
            last[message.topic] = (number, i)
        client.disconnect()
