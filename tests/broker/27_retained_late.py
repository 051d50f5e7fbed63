"""Retained messages that a new subscription is given later than at once: never an older state behind a newer one, all
of them, and nobody else waits while they are looked up.  [MQTT-3.3.1-9] [MQTT-3.8.4-4]"""
import time

from lib import connect, packets as p, scaled

LASTS = {"session_expiry_interval": 100}
MANY = 20_000
TAKES_TURNS = [("+/+/+/none", 1)] * 10  # a turn each, of MANY topics, with nothing to give


def occupied(broker, name, **properties):
    """A client whose window of one is taken, and the id that gives it back."""
    client = connect(broker, name, properties={"receive_maximum": 1, **properties})
    client.subscribe(f"window/{name}", qos=1)
    connect(broker, f"{name}-pub").publish(f"window/{name}", b"x", qos=1)
    return client, client.receive(f"window/{name}", b"x", qos=1, ack=False).packet_id


def payloads_until(client, last):
    """What comes up to that payload."""
    found = []
    while not found or found[-1] != last:
        message = client.expect("PUBLISH")
        client.acknowledge(message)
        found.append(message.payload)
    return found


def test_replaced_while_the_window_is_closed(broker):
    publisher = connect(broker, "pub")
    for newer in (b"new", b""):
        publisher.publish("state", b"old", qos=1, retain=True)
        client, packet_id = occupied(broker, "w")
        client.subscribe("state", qos=1)
        publisher.publish("state", newer, qos=1, retain=True)
        client.send(p.puback(packet_id))
        publisher.publish("state", b"end", qos=1)
        assert payloads_until(client, b"end") == [newer, b"end"]
        client.disconnect()


def test_replaced_before_the_connection_ends(broker):
    publisher = connect(broker, "pub")
    publisher.publish("k/1", b"old", qos=1, retain=True)
    publisher.publish("k/2", b"stays", qos=1, retain=True)
    client, _ = occupied(broker, "r", **LASTS)
    client.subscribe("k/#", qos=1)
    publisher.publish("k/1", b"new", qos=1, retain=True)
    client.ping()
    client.close()
    again = connect(broker, "r", clean=False, properties=LASTS, session=True)
    publisher.publish("k/3", b"end", qos=1)
    assert payloads_until(again, b"end") == [b"x", b"new", b"stays", b"end"]


def fill(publisher):
    publisher.send(b"".join(p.publish(f"many/{number % 100}/{number}", b"x", retain=True) for number in range(MANY)))
    publisher.ping()


def test_many_lookups(broker):
    publisher = connect(broker, "pub")
    fill(publisher)
    greedy = connect(broker, "greedy")
    publisher.publish("wanted", b"found", qos=1, retain=True)
    greedy.send(p.subscribe(1, [*TAKES_TURNS * 50, ("wanted", 1)]))
    assert len(greedy.expect("SUBACK").reasons) == 501
    begun = time.monotonic()
    publisher.ping()
    took_s = time.monotonic() - begun
    assert took_s < scaled(1), f"another client waited for {took_s} s"
    greedy.receive("wanted", b"found", qos=1, retain=True)


def test_one_filter_takes_turns(broker):
    """What follows SUBSCRIBE is not held up by all that the filter finds, and each message comes once."""
    fill(connect(broker, "pub"))
    client = connect(broker, "all")
    client.send(p.subscribe(1, [("many/#", 0)]) + p.publish("many/live", b"live"))
    assert client.expect("SUBACK").reasons == [0]
    topics = [client.expect("PUBLISH").topic for _ in range(MANY + 1)]
    assert len(set(topics)) == MANY + 1
    assert topics.index("many/live") < MANY // 2, topics.index("many/live")
    client.ping()


def test_lookups_go_on_with_the_next_connection(broker):
    publisher = connect(broker, "pub")
    fill(publisher)
    publisher.publish("wanted", b"found", qos=1, retain=True)
    client = connect(broker, "leaves", properties=LASTS)
    client.send(p.subscribe(1, [*TAKES_TURNS, ("wanted", 1), ("wanted/#", 0)]) + p.disconnect())
    client.expect("SUBACK")
    client.expect_closed()
    again = connect(broker, "leaves", clean=False, properties=LASTS, session=True)
    again.receive("wanted", b"found", qos=1, retain=True)
    publisher.publish("wanted", b"end", qos=1)
    again.receive("wanted", b"end", qos=1)
