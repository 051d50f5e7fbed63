"""A subscription that matches more stored messages than any queue holds gets every one of them, at QoS 0 and above,
while the client reads slowly, within its window.
[MQTT-3.3.1-9] [MQTT-3.8.4-4] [MQTT-3.1.1: 3.3.1-6]
BEHAVIOUR 7.13, BEHAVIOUR 12.B row 33"""
from lib import connect, packets as p

COUNT = 2000
config = dict(limits={"maximum_client_writes_pending": 32, "maximum_queued_messages": 32})


def test_burst(broker):
    publisher = connect(broker, "pub")
    filler = b" " * 500
    publisher.send(b"".join(p.publish(f"burst/{n}", b"%d" % n + filler, retain=True) for n in range(COUNT)))
    publisher.ping()
    for number, (qos, properties) in enumerate(((0, None), (1, {"receive_maximum": 3}), (2, None))):
        publisher.publish("burst/0", b"0" + filler, qos=2, retain=True)
        client = connect(broker, f"late{number}", properties=properties)
        client.subscribe("burst/#", qos=qos)
        seen = set()
        for _ in range(COUNT):
            message = client.expect("PUBLISH", retain=True)
            client.acknowledge(message)
            seen.add(int(message.payload))
        assert seen == set(range(COUNT))
        client.ping()
        client.disconnect()
