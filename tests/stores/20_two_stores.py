"""Two stores at once hold the same: the first that has something restores, and either can go."""


import pathlib
import random
import shutil
import socket
import tempfile

from lib import Broker, allow_all, connect, packets as p
from redis import Redis

KEEP = {"session_expiry_interval": 1000}
WILL = p.will("will", b"gone", qos=1, properties={"will_delay_interval": 900, "content_type": "text"})
NOISE = bytes(random.Random(1).sample(range(256), 64))  # no database makes it smaller


class Folder:
    """Where stores named by a letter keep their databases."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-stores-"))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def plugin(self, letter):
        return {"name": "rocksdb-store", "id": letter, "config": {"path": str(self.path / letter)}}

    def broker(self, letters, others=(), **settings):
        stores = [self.plugin(each) for each in letters]
        return Broker(plugins=[*stores, *others, allow_all()], **settings)

    def damage(self, letter, words):
        """Where these words stand in the files of a store, others stand there now."""
        found = 0
        for path in (self.path / letter).iterdir():
            content = path.read_bytes()
            found += content.count(words)
            path.write_bytes(content.replace(words, words[::-1]))
        assert found, "the words stand nowhere"


def refused(broker):
    """The broker does not start, and says so."""
    broker.launch()
    try:
        assert broker.wait_exit() != 0, "the broker started"
        return broker.log_text()
    finally:
        broker.kill()
        broker.process = None


def fill(broker):
    """A session with everything that one can have, and retained messages."""
    client = connect(broker, "s", clean=False, properties=KEEP, will=WILL)
    client.subscribe(("t/#", p.options(2)), properties={"subscription_identifier": 7})
    client.send(p.publish("other", b"open", 2, packet_id=9))
    client.expect("PUBREC", packet_id=9)
    publisher = connect(broker, "p")
    publisher.publish("t/1", b"1", qos=1)
    first = client.receive("t/1", b"1", qos=1, ack=False)
    publisher.publish("t/2", b"2", qos=2)
    second = client.receive("t/2", b"2", qos=2, ack=False)
    client.send(p.pubrec(second.packet_id))
    client.expect("PUBREL", packet_id=second.packet_id)
    client.close()
    for number in range(3, 13):
        publisher.publish(f"t/{number}", b"x" * 5000 if number == 5 else b"%d" % number, qos=1 + number % 2,
                          properties={"user_property": [("a", "1"), ("a", "2")]})
    publisher.publish("kept", b"kept", qos=1, retain=True)
    return first.packet_id, second.packet_id


def look(broker, first, second):
    """All of it is there."""
    watcher = connect(broker, "w")
    watcher.subscribe("kept", qos=1)
    watcher.receive("kept", b"kept", qos=1, retain=True)
    client = connect(broker, "s", clean=False, properties=KEEP, session=True)
    client.receive("t/1", b"1", qos=1, dup=True, has={"subscription_identifier": [7]})
    client.expect("PUBREL", packet_id=second)
    client.send(p.pubcomp(second))
    for number in range(3, 13):
        # Sent once already where the end of the connection was noticed late.
        message = client.expect("PUBLISH", topic=f"t/{number}", qos=1 + number % 2,
                                payload=b"x" * 5000 if number == 5 else b"%d" % number)
        client.acknowledge(message)
        assert message.properties["user_property"] == [("a", "1"), ("a", "2")], message
    client.send(p.publish("t/again", b"open", 2, packet_id=9, dup=True))
    client.expect("PUBREC", packet_id=9)
    client.ping()
    assert first != second


def test_both_write():
    for survivor in "ab":
        with Folder() as folder:
            with folder.broker("ab") as broker:
                ids = fill(broker)
            with folder.broker(survivor) as broker:
                look(broker, *ids)


def test_moving_to_another():
    """Start with both, stop, remove the old: also what did not change meanwhile is in the new one."""
    for order in ("ab", "ba"):
        with Folder() as folder:
            with folder.broker("a") as broker:
                ids = fill(broker)
            folder.broker(order).start().stop()
            with folder.broker("b") as broker:
                look(broker, *ids)


def test_the_first_with_clients_counts():
    """What the other one held before is gone from it."""
    with Folder() as folder:
        with folder.broker("b") as broker:
            client = connect(broker, "old", clean=False, properties=KEEP)
            client.subscribe("t/#", qos=1)
            client.disconnect()
            connect(broker, "p").publish("kept", b"old", qos=1, retain=True)
        with folder.broker("a") as broker:
            ids = fill(broker)
        folder.broker("ab").start().stop()
        with folder.broker("b") as broker:
            connect(broker, "old", clean=False, properties=KEEP, session=False)
            look(broker, *ids)


def test_retained_messages_that_were_cleared():
    """The first has clients and none of them: the second's are void, and gone from it."""
    with Folder() as folder:
        with folder.broker("ab") as broker:
            connect(broker, "s", clean=False, properties=KEEP).publish("kept", b"old", qos=1, retain=True)
        with folder.broker("a") as broker:
            connect(broker, "s", clean=False, properties=KEEP, session=True).publish("kept", b"", qos=1, retain=True)
        for letters in ("ab", "b"):
            with folder.broker(letters) as broker:
                client = connect(broker, "s", clean=False, properties=KEEP, session=True)
                client.subscribe("kept", qos=1)
                client.ping()


def test_a_first_store_without_clients():
    """It has retained messages, so it counts: the sessions of the second have ended."""
    with Folder() as folder:
        with folder.broker("ab") as broker:
            client = connect(broker, "s", clean=False, properties=KEEP)
            client.subscribe("t", qos=1)
            client.disconnect()
        with folder.broker("a") as broker:
            connect(broker, "s", clean=True).publish("kept", b"kept", qos=1, retain=True)
        for letters in ("ab", "b"):
            with folder.broker(letters) as broker:
                watcher = connect(broker, "w")
                watcher.subscribe("kept", qos=1)
                watcher.receive("kept", b"kept", qos=1, retain=True)
                watcher.publish("t", b"", qos=1, expect=0x10)
        with folder.broker("b") as broker:
            connect(broker, "s", clean=False, properties=KEEP, session=False)


def test_a_start_that_fails_takes_nothing():
    """The first store is damaged, or a port is in use: the second has all that it had."""
    with Folder() as folder:
        with folder.broker("ab") as broker:
            ids = fill(broker)
            client = connect(broker, "z", clean=False, properties=KEEP)
            client.subscribe("z", qos=1)
            client.disconnect()
            connect(broker, "p").publish("z", NOISE, qos=1)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            listeners = [{"id": "tcp", "address": f"127.0.0.1:{taken.getsockname()[1]}"}]
            text = refused(folder.broker("ab", listeners=listeners))
            assert "cannot open" in text, text
        folder.damage("a", NOISE)
        text = refused(folder.broker("ab"))
        assert "stored_inflight_messages answered" in text, text
        with folder.broker("b") as broker:
            look(broker, *ids)


def test_redis_second_after_it_was_left_out():
    """What the first has no more is gone from Redis: a subscription, a message that was delivered, a whole session."""
    with Folder() as folder, Redis() as redis:
        with folder.broker("a", [redis.plugin()]) as broker:
            for name in ("s", "ends"):
                client = connect(broker, name, clean=False, properties=KEEP)
                client.subscribe("old/#", qos=2)
                client.send(p.publish("other", b"open", 2, packet_id=9))
                client.expect("PUBREC", packet_id=9)
                client.disconnect()
            connect(broker, "p").publish("old/1", b"once", qos=2)
        with folder.broker("a") as broker:
            client = connect(broker, "s", clean=False, properties=KEEP, session=True)
            client.receive("old/1", b"once", qos=2)
            client.send(p.pubrel(9))
            client.expect("PUBCOMP", packet_id=9)
            client.unsubscribe("old/#")
            client.subscribe("new", qos=1)
            client.disconnect()
            connect(broker, "ends", clean=True)
        folder.broker("a", [redis.plugin()]).start().stop()
        assert redis.call("HKEYS", "grapnel:client") == [b"s"]
        owned = [key for key in redis.keys() if key.count(b":") > 1]
        assert owned == [b"grapnel:subscription:s"], owned
        assert redis.call("HKEYS", "grapnel:subscription:s") == [b"new"]
        assert redis.call("HLEN", "grapnel:body") == 0
