"""Every event of broker/hooks/events.def is seen to fire."""
import pathlib
import re

from hooklib import Recorded, one_event, plugin
from lib import Client, connect, packets as p

workers = (1,)

EVENTS = pathlib.Path(__file__).resolve().parents[2] / "broker" / "hooks" / "events.def"
KEEP = {"session_expiry_interval": 100}
EVERYTHING = dict.fromkeys(("packets", "access", "ticks", "stored", "commits"), True)


def authenticate(broker):
    client = Client(broker)
    method = {"authentication_method": "echo"}
    client.send(p.connect("authenticated", properties=method))
    client.expect("AUTH", reason=0x18)
    client.send(p.auth(0x18, {**method, "authentication_data": b"it"}))
    client.expect("CONNACK", reason=0)


def talk(broker):
    """Messages at every QoS, retained, shared; and what is left unacknowledged at the end of a session."""
    publisher = connect(broker, "p")
    publisher.publish("kept", b"x", qos=1, retain=True)
    publisher.publish("kept/short", b"x", retain=True, properties={"message_expiry_interval": 1})
    subscriber = connect(broker, "s")
    subscriber.subscribe("kept", "$share/g/t", qos=2)
    subscriber.receive("kept", b"x", qos=1, retain=True)
    publisher.publish("t", b"x", qos=2)
    subscriber.receive("t", b"x", qos=2)
    publisher.publish("t", b"open", qos=1)
    subscriber.receive("t", b"open", qos=1, ack=False)
    subscriber.unsubscribe("kept")
    subscriber.disconnect()


def leave(broker):
    """With a will, with a queue that is full, and for good."""
    away = connect(broker, "away", clean=False, properties=KEEP)
    away.subscribe("queue", qos=1)
    away.disconnect()
    publisher = connect(broker, "p")
    for _ in range(3):
        publisher.publish("queue", b"x", qos=1)
    connect(broker, "dying", will=p.will("will", b"x")).close()
    connect(broker, "short", properties={"session_expiry_interval": 1}).disconnect()


def test_every_event():
    names = re.findall(r"^GN_EVENT\((\w+),", EVENTS.read_text(), re.M)
    assert names
    own_test = {"on_packet_id_exhausted": test_packet_ids_are_exhausted, "on_restored": test_restored_by_another,
                "on_will_dropped": test_a_will_is_dropped}
    with Recorded(others=[plugin("authenticator")], flags=EVERYTHING, limits={"maximum_queued_messages": 2}) as broker:
        authenticate(broker)
        talk(broker)
        leave(broker)
        for late in ("on_sys_info_tick", "on_will_sent", "on_client_expired", "on_retained_expired"):
            broker.wait_event(late)
        lines = broker.events()
    seen = {line.split()[0] for line in lines + broker.events_after_stop}
    assert not (missing := set(names) - seen - set(own_test)), missing


def test_a_will_is_dropped():
    """A plugin rejects it: whoever keeps it must hear that it is over."""
    reject = 3
    with Recorded(others=[one_event("answers", "on_will", reject)]) as broker:
        client = connect(broker, "a", will=p.will("will", b"gone", qos=1))
        broker.events()
        client.close()
        broker.wait_event("on_disconnect")
        found = broker.events()
        assert [line.split()[0] for line in found] == ["on_will", "on_will_dropped", "on_disconnect"], found
        assert found[1] == "on_will_dropped client=a type=3 topic=will payload=gone qos=1 will from=a", found


def test_restored_by_another():
    """A store that has nothing is told what another one gives, kind by kind."""
    store = plugin("invented_store", clients=2, messages=1, retained=1)
    with Recorded(others=[store], flags={"stored": True}) as broker:
        broker.wait_event("on_started")
        found = [line.split()[1] for line in broker.events() if line.startswith("on_restored")]
    kinds = ["client"] * 2, ["subscription"] * 2, ["message"] * 2, ["message"]
    assert found == [each for kind in kinds for each in ("begin", *kind)], found


def test_packet_ids_are_exhausted():
    """A PUBREL that is owed takes an id and no place in the new connection's window. A message that might be sent, had
    it an id, is told of, once; one behind it is not."""
    keep = {"session_expiry_interval": 100, "receive_maximum": 65535}
    with Recorded(flags={"rare": True}, limits={"maximum_inflight": 65535, "receive_maximum": 65535}) as broker:
        subscriber = connect(broker, "s", clean=False, properties=keep)
        subscriber.subscribe("t", qos=2)
        publisher = connect(broker, "p")
        owed = take_every_id(publisher, subscriber)
        subscriber.close()
        publisher.publish("t", b"waits", qos=1)
        subscriber = connect(broker, "s", clean=False, session=True, properties=keep)
        for packet_id in owed:
            subscriber.expect("PUBREL", packet_id=packet_id)
        for _ in range(65535 - len(owed)):
            subscriber.expect("PUBLISH", dup=True)
        told = "on_packet_id_exhausted client=s type=3 topic=t payload={} qos=1 from=p"
        broker.wait_event(told.format("waits"))
        publisher.publish("t", b"behind", qos=1)
        subscriber.ping()
        found = [line for line in broker.events() if line.startswith("on_packet")]
        assert found == [told.format("waits")], found
        subscriber.send(p.pubcomp(owed[0]))
        assert subscriber.receive("t", b"waits", qos=1, ack=False).packet_id == owed[0]
        subscriber.ping()
        broker.expect_events(told.format("behind"))
        subscriber.send(p.pubcomp(owed[1]))
        assert subscriber.receive("t", b"behind", qos=1, ack=False).packet_id == owed[1]
        publisher.publish("t", b"at once", qos=1)
        subscriber.ping()
        broker.expect_events(told.format("at once"))


def take_every_id(publisher, subscriber, owed=3, block=2048):
    """Sends a message for each id. The first `owed` are brought as far as PUBREL, and their ids returned; nothing else
    is acknowledged."""
    ids = []
    for _ in range(owed):
        publisher.publish("t", b"", qos=2)
        ids.append(subscriber.receive("t", b"", qos=2, ack=False).packet_id)
        subscriber.send(p.pubrec(ids[-1]))
        subscriber.expect("PUBREL", packet_id=ids[-1])
    numbers = range(1, 65536 - owed)
    for start in range(0, len(numbers), block):
        some = numbers[start:start + block]
        publisher.send(b"".join(p.publish("t", b"", 1, packet_id=number) for number in some))
        for number in some:
            subscriber.expect("PUBLISH", qos=1)
            publisher.expect("PUBACK", packet_id=number)
    return ids
