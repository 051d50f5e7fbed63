"""A test store proves that everything survives a restart: sessions, subscriptions with options, messages in flight
both ways, queues in order, retained messages, wills, and wills that wait."""
import pathlib
import shutil
import tempfile
import time

from hooklib import Recorded, plugin
from lib import Broker, allow_all, connect, ledger, packets as p

KEEP = {"session_expiry_interval": 1000}


class Restarted:
    """Brokers one after the other on the same store."""

    def __init__(self, **store):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-store-"))
        self.store = plugin("memory_store", file=str(self.folder / "store"), **store)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def broker(self):
        return Broker(plugins=[self.store, allow_all()])


def both_ways():
    """Stopped orderly, and killed; decided at once, and deferred."""
    for defer in (False, True):
        for kill in (False, True):
            yield defer, kill


def end(broker, kill):
    if kill:
        broker.kill()
        broker.process = None
        shutil.rmtree(broker.folder, ignore_errors=True)
    else:
        broker.stop()


def test_subscriptions():
    for defer, kill in both_ways():
        with Restarted(defer=defer) as restarted:
            broker = restarted.broker().start()
            client = connect(broker, "s", clean=False, properties=KEEP)
            client.subscribe(("a/#", p.options(1)), ("$share/g/b", p.options(2)),
                             properties={"subscription_identifier": 7})
            client.subscribe("local", qos=2, no_local=True)
            client.subscribe("kept", qos=1, retain_as_published=True)
            client.subscribe("left")
            client.unsubscribe("left")
            end(broker, kill)
            client.close()
            with restarted.broker() as broker:
                client = connect(broker, "s", clean=False, properties=KEEP, session=True)
                publisher = connect(broker, "p")
                publisher.publish("a/1", b"1", qos=2)
                client.receive("a/1", b"1", qos=1, has={"subscription_identifier": [7]})
                publisher.publish("b", b"2", qos=2)
                client.receive("b", b"2", qos=2, has={"subscription_identifier": [7]})
                publisher.publish("kept", b"3", qos=1, retain=True)
                client.receive("kept", b"3", qos=1, retain=True)
                publisher.publish("left", b"4", qos=1)
                client.publish("local", b"5", qos=1)
                client.ping()


def test_rules_by_address():
    """Access rules that go by where a client came from hold for a session before its client is back."""
    here = ledger(auth=[{"allow": True}],
                  acl=[{"remote": "127.0.0.1", "filters": [{"filter": "#", "access": "readwrite"}]}])
    with Restarted() as restarted:
        with Broker(plugins=[restarted.store, here]) as broker:
            client = connect(broker, "s", clean=False, properties=KEEP, will=p.will("will", b"w", qos=1))
            client.subscribe("a", qos=1)
            broker.kill()
            broker.process = None
        with Broker(plugins=[restarted.store, here]) as broker:
            watcher = connect(broker, "watcher")
            watcher.subscribe("will", qos=1)
            connect(broker, "p").publish("a", b"1", qos=1)
            client = connect(broker, "s", clean=False, properties=KEEP, session=True)
            client.receive("a", b"1", qos=1)


def test_queue_in_order():
    for defer, kill in both_ways():
        with Restarted(defer=defer) as restarted:
            broker = restarted.broker().start()
            connect(broker, "s", clean=False, properties=KEEP).subscribe("t/+", qos=2)
            subscriber = connect(broker, "s", clean=False, properties=KEEP, session=True)
            subscriber.disconnect()
            publisher = connect(broker, "p")
            for number in range(20):
                publisher.publish(f"t/{number}", f"{number}".encode(), qos=1 + number % 2,
                                  properties={"content_type": "text", "correlation_data": b"\0\1",
                                              "response_topic": "r", "user_property": [("a", "1"), ("a", "2")],
                                              "payload_format_indicator": 1})
            end(broker, kill)
            with restarted.broker() as broker:
                subscriber = connect(broker, "s", clean=False, properties=KEEP, session=True)
                for number in range(20):
                    message = subscriber.receive(f"t/{number}", f"{number}", qos=1 + number % 2)
                    assert message.properties["user_property"] == [("a", "1"), ("a", "2")], message
                    assert message.properties["content_type"] == "text", message
                    assert message.properties["correlation_data"] == b"\0\1", message
                    assert message.properties["response_topic"] == "r", message
                    assert message.properties["payload_format_indicator"] == 1, message
                subscriber.ping()


def test_inflight_to_the_client():
    """PUBLISH is sent again with DUP and the same packet id; after PUBREC it is PUBREL that is sent again."""
    for defer, kill in both_ways():
        with Restarted(defer=defer) as restarted:
            broker = restarted.broker().start()
            subscriber = connect(broker, "s", clean=False, properties=KEEP)
            subscriber.subscribe("t", qos=2)
            publisher = connect(broker, "p")
            ids = []
            for number, qos in enumerate((1, 2, 2, 1)):
                publisher.publish("t", f"{number}".encode(), qos=qos)
                ids.append(subscriber.receive("t", f"{number}", qos=qos, ack=False).packet_id)
            subscriber.send(p.pubrec(ids[1]))
            subscriber.expect("PUBREL", packet_id=ids[1])
            subscriber.send(p.puback(ids[3]))
            # Only what the store must keep is acknowledged after the commits before it.
            subscriber.publish("other", b"kept", qos=1, retain=True)
            end(broker, kill)
            with restarted.broker() as broker:
                subscriber = connect(broker, "s", clean=False, properties=KEEP, session=True)
                again = sorted((subscriber.next_packet() for _ in range(3)), key=lambda each: each.packet_id)
                first, release, third = again
                assert [each.packet_id for each in again] == ids[:3], (again, ids)
                assert release.type == "PUBREL", release
                assert (first.payload, first.qos, first.dup) == (b"0", 1, True), first
                assert (third.payload, third.qos, third.dup) == (b"2", 2, True), third
                subscriber.send(p.pubcomp(ids[1]))
                subscriber.acknowledge(first)
                subscriber.acknowledge(third)
                subscriber.ping()


def test_inflight_from_the_client():
    """A QoS 2 message that was received is not delivered again when its PUBLISH comes again."""
    for defer, kill in both_ways():
        with Restarted(defer=defer) as restarted:
            broker = restarted.broker().start()
            publisher = connect(broker, "p", clean=False, properties=KEEP)
            watcher = connect(broker, "w")
            watcher.subscribe("t")
            publisher.send(p.publish("t", b"once", 2, packet_id=5))
            publisher.expect("PUBREC", packet_id=5)
            watcher.receive("t", b"once")
            end(broker, kill)
            with restarted.broker() as broker:
                watcher = connect(broker, "w")
                watcher.subscribe("t")
                publisher = connect(broker, "p", clean=False, properties=KEEP, session=True)
                publisher.send(p.publish("t", b"once", 2, packet_id=5, dup=True))
                publisher.expect("PUBREC", packet_id=5)
                publisher.send(p.pubrel(5))
                publisher.expect("PUBCOMP", packet_id=5, reason=0)
                watcher.expect_nothing(after=publisher)
                publisher.publish("t", b"new", qos=2, packet_id=5)
                watcher.receive("t", b"new")


def test_retained():
    for defer, kill in both_ways():
        with Restarted(defer=defer) as restarted:
            broker = restarted.broker().start()
            client = connect(broker, "a")
            for number in range(5):
                client.publish(f"t/{number}", f"{number}".encode(), qos=1, retain=True)
            client.publish("t/1", b"changed", qos=1, retain=True)
            client.publish("t/2", b"", qos=1, retain=True)
            end(broker, kill)
            with restarted.broker() as broker:
                client = connect(broker, "a")
                client.subscribe("t/+", qos=1)
                found = {}
                for _ in range(4):
                    message = client.expect("PUBLISH", retain=True)
                    client.acknowledge(message)
                    found[message.topic] = message.payload
                assert found == {"t/0": b"0", "t/1": b"changed", "t/3": b"3", "t/4": b"4"}, found
                client.ping()


def test_delayed_will():
    """A will that waits is sent when it is due, measured from before the restart."""
    for defer in (False, True):
        with Restarted(defer=defer) as restarted:
            broker = restarted.broker().start()
            client = connect(broker, "a", clean=False, properties=KEEP,
                             will=p.will("will", b"late", qos=1,
                                         properties={"will_delay_interval": 2, "content_type": "text"}))
            left = time.monotonic()
            client.close()
            other = connect(broker, "b", clean=False, properties=KEEP)
            other.subscribe("will", qos=1)
            end(broker, kill=True)
            with restarted.broker() as broker:
                other = connect(broker, "b", clean=False, properties=KEEP, session=True)
                other.receive("will", b"late", qos=1, has={"content_type": "text"}, deadline_s=6)
                assert time.monotonic() - left > 1.5, "too early"


def test_will_of_a_client_that_was_connected():
    """Killed: the connection is lost, so the will is due."""
    with Restarted() as restarted:
        broker = restarted.broker().start()
        watcher = connect(broker, "w", clean=False, properties=KEEP)
        watcher.subscribe("will", qos=1)
        connect(broker, "a", clean=False, properties=KEEP, will=p.will("will", b"gone", qos=1)).ping()
        end(broker, kill=True)
        with restarted.broker() as broker:
            watcher = connect(broker, "w", clean=False, properties=KEEP, session=True)
            watcher.receive("will", b"gone", qos=1)


def test_session_expiry_counts_on():
    with Restarted() as restarted:
        broker = restarted.broker().start()
        connect(broker, "short", clean=False, properties={"session_expiry_interval": 1}).disconnect()
        connect(broker, "long", clean=False, properties=KEEP).disconnect()
        broker.stop()
        with Recorded(others=[restarted.store]) as broker:
            broker.wait_event("on_client_expired client=short")
            connect(broker, "long", clean=False, properties=KEEP, session=True).ping()
            connect(broker, "short", clean=False, session=False).ping()


def test_ended_sessions_stay_ended():
    with Restarted() as restarted:
        broker = restarted.broker().start()
        client = connect(broker, "a", clean=False, properties=KEEP)
        client.subscribe("t", qos=1)
        client.disconnect(properties={"session_expiry_interval": 0})
        end(broker, kill=False)
        with restarted.broker() as broker:
            connect(broker, "a", clean=False, session=False).ping()


def test_failed_commit():
    """What could not be written is not acknowledged: the client is disconnected instead."""
    with Restarted(fail=True) as restarted:
        with restarted.broker() as broker:
            client = connect(broker, "a")
            client.publish("t", b"good", qos=1, retain=True)
            client.send(p.publish("t", b"fail", 1, retain=True, packet_id=9))
            client.expect_disconnect(0x80)
            broker.wait_record("commit failed", module="plugin/memory_store")
