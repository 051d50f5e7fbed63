"""A resume with a long backlog arrives whole and in order, though it is larger than any output queue, and the
connection serves other packets meanwhile.
[MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-4.5.0-1] [MQTT-3.1.1: 4.5.0-1] [MQTT-3.1.1: 3.1.2-5]
BEHAVIOUR 12.B row 33"""
from lib import connect, packets as p

COUNT = 3000
config = dict(limits={"maximum_client_writes_pending": 64})
KEEP = dict(clean=False, properties={"session_expiry_interval": 300})


def test_backlog(broker):
    subscriber = connect(broker, "sub", **KEEP)
    subscriber.subscribe("burst", qos=1)
    subscriber.disconnect()
    publisher = connect(broker, "pub")
    for start in range(0, COUNT, 100):
        publisher.send(b"".join(p.publish("burst", b"%d" % n, qos=1, packet_id=n + 1)
                                for n in range(start, start + 100)))
        for number in range(start, start + 100):
            publisher.expect("PUBACK", packet_id=number + 1)
    again = connect(broker, "sub", session=True, **KEEP)
    for number in range(COUNT):
        again.receive("burst", b"%d" % number, qos=1)
    again.ping()
