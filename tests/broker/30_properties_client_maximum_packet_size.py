"""A message larger than the client's Maximum Packet Size is dropped as if delivered: it uses no quota, blocks
nothing, and does not come back at a resume. One that just fits arrives.
[MQTT-3.1.2-24] [MQTT-3.1.2-25]
PITFALLS 2 row 11, BEHAVIOUR 12.B row 27"""
from lib import connect, packets as p

MAXIMUM = 120


def keep(size):
    properties = {"session_expiry_interval": 300, "receive_maximum": 1}
    if size:
        properties["maximum_packet_size"] = size
    return dict(clean=False, properties=properties)


def test_online(broker):
    client = connect(broker, "sub", **keep(MAXIMUM))
    client.subscribe("size", qos=2)
    publisher = connect(broker, "pub")
    for qos in (0, 1, 2):
        expiry = {"message_expiry_interval": 1000}
        overhead = len(p.publish("size", b"", qos=qos, properties=expiry))
        for length, fits in ((1000, False), (MAXIMUM - overhead + 1, False), (MAXIMUM - overhead, True), (300, False)):
            publisher.publish("size", b"x" * length, qos=qos, properties=expiry)
            if fits:
                message = client.receive("size", b"x" * length, qos=qos)
                assert len(message.wire) == MAXIMUM
        client.expect_nothing(after=publisher)
    client.disconnect()
    connect(broker, "sub", session=True, **keep(None)).ping()


def test_offline_and_resend(broker):
    client = connect(broker, "late", **keep(None))
    client.subscribe("size", qos=1)
    publisher = connect(broker, "pub")
    publisher.publish("size", b"y" * 1000, qos=1)
    client.receive("size", b"y" * 1000, qos=1, ack=False)
    client.disconnect()
    for payload in (b"z" * 1000, b"small", b"z" * 5000, b"last"):
        publisher.publish("size", payload, qos=1)
    client = connect(broker, "late", session=True, **keep(MAXIMUM))
    client.receive("size", b"small", qos=1)
    client.receive("size", b"last", qos=1)
    client.ping()
    client.disconnect()
    connect(broker, "late", session=True, **keep(None)).ping()
