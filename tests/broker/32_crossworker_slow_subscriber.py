"""A subscriber that does not read holds nobody up: others get every message meanwhile, publishers get their answers.
BEHAVIOUR 12.C row 3, BEHAVIOUR 12.B row 33"""
from lib import connect, many, packets as p

COUNT = 400
config = dict(limits={"maximum_client_bytes_pending": "1 MiB", "maximum_queued_bytes": "2 MiB"})


def test_one_does_not_read(broker):
    stuck = connect(broker, "stuck")
    stuck.subscribe("slow/#", qos=1)
    subscribers = many(broker, "sub", 4)
    for subscriber in subscribers:
        subscriber.subscribe("slow/#", qos=1)
    publisher = connect(broker, "pub")
    for number in range(COUNT):
        payload = b"%d " % number + b"x" * 20000
        publisher.send(p.publish("slow/x", payload, qos=1, packet_id=number + 1))
        publisher.expect("PUBACK", packet_id=number + 1)
        for subscriber in subscribers:
            subscriber.receive("slow/x", payload, qos=1)
    for subscriber in subscribers:
        subscriber.ping()
