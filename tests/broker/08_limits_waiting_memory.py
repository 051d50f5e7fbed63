"""Of each of many publishers that wait for a receiver, little is kept."""
import signal

from lib import connect, packets as p

workers = (1,)
config = dict(limits={"maximum_client_bytes_pending": "1 MiB"})
PUBLISHERS = 400
BLOCK = p.publish("t", b"x" * 1_000, version=4) * 120


def test_peak(broker):
    subscriber = connect(broker, "reads-late", version=4)
    subscriber.subscribe("t")
    publishers = [connect(broker, f"many-{number}", version=4) for number in range(PUBLISHERS)]
    before_kb = broker.rss_kb()
    broker.process.send_signal(signal.SIGSTOP)  # so that it finds all of it at once
    for publisher in publishers:
        publisher.socket.setblocking(False)
        publisher.rest = BLOCK[publisher.socket.send(BLOCK):]
    broker.process.send_signal(signal.SIGCONT)
    for publisher in publishers:
        publisher.socket.settimeout(60)
        publisher.send(publisher.rest)
        publisher.ping()
    broker.check_growth(before_kb, PUBLISHERS * 30, at_peak=True)
