"""The $SYS counters say what happened, and do not drift.
BEHAVIOUR 5; BEHAVIOUR 12.A row 21; BEHAVIOUR 12.C row 7"""
from lib import Broker, Client, allow_all, connect, many, packets as p

config = dict(broker={"sys_interval": "100ms"})


def test_clients(broker):
    before = int(broker.sys("clients/connected"))
    clients = many(broker, "c", 5)
    broker.wait_sys("clients/connected", lambda value: value >= before + 5)
    kept = connect(broker, "kept", clean=False, properties={"session_expiry_interval": 100})
    kept.disconnect()
    broker.wait_sys("clients/disconnected", lambda value: value == 1)
    assert int(broker.sys("clients/maximum")) >= 5
    for client in clients:
        client.disconnect()
    connect(broker, "kept", clean=True).disconnect()
    broker.wait_sys("clients/disconnected", lambda value: value == 0)
    broker.wait_sys("clients/connected", lambda value: value <= 2)


def test_refused_and_faulty(broker):
    refused = broker.wait_sys("clients/refused", lambda value: True)
    faults = broker.wait_sys("clients/protocol_errors", lambda value: True)
    client = Client(broker)
    client.send(p.connect("x", properties={"authentication_method": "unknown"}))
    client.expect_refused(0x8C)
    client = connect(broker, "x")
    client.send(p.connect("x"))
    client.expect_disconnect(0x82)
    broker.wait_sys("clients/refused", lambda value: value == refused + 1)
    broker.wait_sys("clients/protocol_errors", lambda value: value == faults + 1)


def test_every_protocol_error_is_counted(broker):
    faults = broker.wait_sys("clients/protocol_errors", lambda value: True)
    expiry = p.raw(0xe0, b"\0" + p.properties_block(b"\x11" + p.u32(5)))
    for number, (data, connects) in enumerate(((p.pingreq(), False), (b"GET / HTTP/1.1\r\n\r\n", False),
                                               (expiry, True)), 1):
        client = connect(broker, "x") if connects else Client(broker)
        client.send(data)
        client.next_packet()
        broker.wait_sys("clients/protocol_errors", lambda value, number=number: value == faults + number)


def test_errors_before_connack():
    with Broker(plugins=[{"name": "authenticator"}, allow_all()], **config) as broker:
        for number, data in enumerate((p.pingreq(), p.auth(0x19, {"authentication_method": "echo"})), 1):
            client = Client(broker)
            client.send(p.connect("x", properties={"authentication_method": "echo"}))
            client.expect("AUTH", reason=0x18)
            client.send(data)
            client.expect_refused(0x82)
            broker.wait_sys("clients/protocol_errors", lambda value, number=number: value == number)


def test_subscriptions(broker):
    base = broker.wait_sys("subscriptions", lambda value: True)
    client = connect(broker, "s", clean=False, properties={"session_expiry_interval": 100})
    client.subscribe(*[f"s/{number}" for number in range(10)], "$share/g/s")
    client.subscribe("s/0", "s/1")
    broker.wait_sys("subscriptions", lambda value: value >= base + 10)
    client.send(p.unsubscribe(99, ["never/had", "s/0", "s/0"]))
    client.expect("UNSUBACK", packet_id=99, reasons=[0x11, 0x00, 0x11])
    other = connect(broker, "t")
    other.unsubscribe("s/1", expect=0x11)
    client.disconnect(0, {"session_expiry_interval": 0})
    other.disconnect()
    broker.wait_sys("subscriptions", lambda value: value <= base + 1)


def test_retained(broker):
    base = broker.wait_sys("retained", lambda value: True)
    publisher = connect(broker, "r")
    for number in range(7):
        publisher.publish(f"r/{number}", b"x", retain=True)
        publisher.publish(f"r/{number}", b"y", retain=True)
    broker.wait_sys("retained", lambda value: value == base + 7)
    for number in range(7):
        publisher.publish(f"r/{number}", b"", retain=True)
        publisher.publish(f"r/{number}", b"", retain=True)
    broker.wait_sys("retained", lambda value: value == base)


def test_inflight(broker):
    client = connect(broker, "i", clean=False, properties={"session_expiry_interval": 100})
    client.subscribe("i", qos=2)
    publisher = connect(broker, "p")
    for qos in (1, 2):
        for _ in range(3):
            publisher.publish("i", b"x", qos=qos)
    messages = [client.expect("PUBLISH", topic="i") for _ in range(6)]
    broker.wait_sys("messages/inflight", lambda value: value == 6)
    for message in messages:
        client.acknowledge(message)
    broker.wait_sys("messages/inflight", lambda value: value == 0)
    publisher.publish("i", b"x", qos=1)
    client.expect("PUBLISH", topic="i")
    connect(broker, "i", clean=True).ping()
    broker.wait_sys("messages/inflight", lambda value: value == 0)


def test_messages_and_bytes(broker):
    names = ("messages/received", "messages/sent", "packets/received", "packets/sent",
             "load/bytes/received", "load/bytes/sent")
    before = {name: int(broker.sys(name)) for name in names}
    client = connect(broker, "m")
    client.subscribe("m")
    for _ in range(50):
        client.send(p.publish("m", b"x" * 1000))
    for _ in range(50):
        client.receive("m")
    for name, least in zip(names, (50, 50, 50, 50, 50_000, 50_000)):
        broker.wait_sys(name, lambda value, name=name, least=least: value >= before[name] + least)
