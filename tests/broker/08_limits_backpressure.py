"""A receiver that goes on reading loses nothing, however fast others publish: these are read from more slowly. One
that does not read is left to its limits, and keeps nobody waiting for long."""
import threading

from lib import connect, packets as p

COUNT = 6_000
BODY = b"x" * 4_000  # in all, three times what may wait for a socket


def flood(broker, topic, qos=0):
    """A publisher that writes all its messages as fast as the broker takes them, in a thread of its own."""
    publisher = connect(broker, f"flood-{topic}", version=4)
    publisher.socket.settimeout(60)

    def write():
        for number in range(COUNT):
            identifier = {"packet_id": number % 60_000 + 1} if qos else {}
            publisher.socket.sendall(p.publish(topic, b"%d " % number + BODY, qos, version=4, **identifier))
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return publisher, thread


def read_all(subscriber, topic):
    for number in range(COUNT):
        message = subscriber.expect("PUBLISH", topic=topic)
        assert int(message.payload.split()[0]) == number, (number, message)
        if message.qos:
            subscriber.acknowledge(message)


def test_who_reads_gets_all(broker):
    subscriber = connect(broker, "reads", version=4)
    subscriber.subscribe("t")
    publisher, thread = flood(broker, "t")
    read_all(subscriber, "t")
    thread.join(60)
    publisher.ping()


def test_two_that_publish_to_each_other(broker):
    """Neither waits for the other for ever."""
    clients = [connect(broker, name, version=4) for name in ("left", "right")]
    clients[0].subscribe("to-left")
    clients[1].subscribe("to-right")
    threads = []
    for client, topic in zip(clients, ("to-right", "to-left")):
        client.socket.settimeout(60)
        packet = p.publish(topic, BODY, version=4)
        threads.append(threading.Thread(target=lambda c=client, w=packet: [c.socket.sendall(w) for _ in range(COUNT)],
                                        daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a publisher was kept waiting for ever"


def test_who_does_not_read_keeps_nobody_waiting(broker):
    """The same messages go to one that reads and one that does not: the first gets all of them."""
    stopped = connect(broker, "stopped", version=4)
    stopped.subscribe("u")
    subscriber = connect(broker, "reads-too", version=4)
    subscriber.subscribe("u")
    publisher, thread = flood(broker, "u")
    read_all(subscriber, "u")
    thread.join(60)
    publisher.ping()
