"""What is held for a commit counts as output, and keeps its place: before the end of a connection, never behind it."""

from lib import Client, connect, packets as p, scaled
from toollib import FOREVER, KeptStore, leave_session

KEEP = {"session_expiry_interval": 1000}
SIZE = 50_000
BACKLOG = 400
MOST = 300  # of it may be under way to who is slow: what the sockets take, and little more


def sessions(store):
    return [record["client"] for record in store.records("client")]


def read_slowly(broker, count):
    """Takes so many messages, and answers each at once; the number of the first one."""
    client = Client(broker, 5, receive_bytes=4096)
    client.connect("s", clean=False, properties=FOREVER, session=True)
    client.send(p.pingreq())
    numbers = []
    answered = False
    while len(numbers) < count:
        packet = client.next_packet()
        if packet.type == "PUBLISH":
            numbers.append(int(packet.payload[:6]))
            client.send(p.pubrec(packet.packet_id))
        elif packet.type == "PUBREL":
            client.send(p.pubcomp(packet.packet_id))
        else:
            answered = True
        assert answered or len(numbers) < MOST, "that many messages before PINGRESP"
    client.close()
    return numbers[0]


def test_backlog():
    """A client that reads slowly is answered, and its answers are heard: each connection goes further."""
    store = KeptStore(sync="off")
    broker = store.broker().start()
    leave_session(broker, "s", "t", qos=2)
    publisher = connect(broker, "p")
    for number in range(BACKLOG):
        publisher.publish("t", b"%6d" % number + b"x" * SIZE, qos=2)
    begun = [read_slowly(broker, count) for count in (320, 1)]
    assert begun[1] > begun[0], f"begins with {begun[1]} again"
    broker.kill()


def test_retained_behind_suback():
    """SUBACK waits for its commit, and the messages that are to follow wait outside the output."""
    store = KeptStore(sync="off")
    with store.broker() as broker:
        publisher = connect(broker, "p")
        for number in range(BACKLOG):
            publisher.publish(f"t/{number}", b"x" * SIZE, qos=1, retain=True)
        client = Client(broker, 5, receive_bytes=4096)
        client.connect("s", clean=False, properties=FOREVER)
        client.send(p.subscribe(1, [("t/+", 1)]))
        client.expect("SUBACK")
        client.send(p.pingreq())
        read = 0
        while (packet := client.next_packet()).type != "PINGRESP":
            read += packet.type == "PUBLISH"
        assert read < MOST, f"{read} messages were sent before the answer"


def test_end_behind_connack():
    """DISCONNECT comes while CONNACK waits for its commit: the end waits for the next one."""
    store = KeptStore()
    for number in range(8):
        broker = store.broker().start()
        name = f"x{number}"
        connect(broker, name, clean=False, properties=KEEP).close()
        client = Client(broker, 5)
        will = p.will("w", b"untrue", qos=1)
        client.send(p.connect(name, clean=False, properties=KEEP, will=will))
        for _ in range(number * 200):
            pass  # the commit is on its way
        client.send(p.disconnect(0, {"session_expiry_interval": 0}))
        client.expect("CONNACK")
        client.expect_closed()
        broker.kill()
        assert name not in sessions(store), "its end was told, and not stored"


def test_end_with_another_reason():
    """The end of a session that a DISCONNECT other than 0x00 brings is told behind its commit, too."""
    store = KeptStore()
    for number in range(3):
        broker = store.broker().start()
        name = f"x{number}"
        client = connect(broker, name, clean=False, properties=KEEP)
        client.subscribe("t", qos=1)
        client.send(p.disconnect(4, {"session_expiry_interval": 0}))
        client.expect_closed()
        broker.kill()
        assert name not in sessions(store), "its end was told, and not stored"


def test_nothing_behind_disconnect():
    """[MQTT-3.14.4-1]"""
    store = KeptStore()
    with store.broker() as broker:
        leave_session(broker, "keeper", "q")
        publisher = connect(broker, "p")
        client = Client(broker, 5, receive_bytes=4096)
        client.connect("slow", clean=False, properties=KEEP)
        client.subscribe("large")
        for _ in range(60):
            publisher.publish("large", b"x" * 100_000)
        publisher.ping()
        client.send(p.publish("q", b"m", qos=1, packet_id=7) + p.raw(0xf6, b""))
        while client.next_packet(scaled(5)).type != "DISCONNECT":
            pass
        client.expect_closed()
