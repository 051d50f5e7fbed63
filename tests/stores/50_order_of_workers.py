"""Changes of a session that come from several workers are stored in the order in which they happened, also across
commits: what was dropped from a full queue is gone from the store, and no packet id is given to two messages."""
import threading

from lib import connect, packets as p
from toollib import KeptStore

SESSIONS, PUBLISHERS, LIMIT, ROUNDS, BATCH = 16, 6, 20, 60, 20
KEEP = {"session_expiry_interval": 1000}
workers = (4,)


def flood(broker, number):
    client = connect(broker, f"p{number}")
    for turn in range(ROUNDS):
        ids = range(turn * BATCH + 1, (turn + 1) * BATCH + 1)
        client.send(b"".join(p.publish(f"t/{number}", b"x", 1, packet_id=each) for each in ids))
        for each in ids:
            client.expect("PUBACK", packet_id=each)


def test_dropped_from_full_queues():
    store = KeptStore()
    broker = store.broker(maximum_queued_messages=LIMIT, queue_drop_policy="oldest").start()
    for number in range(SESSIONS):
        client = connect(broker, f"s{number}", clean=False, properties=KEEP)
        client.subscribe("t/#", qos=1)
        client.disconnect()
    threads = [threading.Thread(target=flood, args=(broker, number)) for number in range(PUBLISHERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    broker.stop()
    queues = store.lines("queues", "--json")
    assert len(queues) == SESSIONS, queues
    assert all(queue["queued"] == LIMIT for queue in queues), queues
