"""grapnel_delivery_latency_seconds counts each message that a client published and another one was written, once, and
how long that took, wherever it waited. What waited for its receiver to come does not count, nor what nobody published
just now."""

from lib import connect, many, packets as p, scaled, websocket as ws
from lib.prometheus import grown, metrics

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws"}, {"id": "http", "type": "http"}])
LASTS = dict(clean=False, properties={"session_expiry_interval": 300})
NAME = "grapnel_delivery_latency_seconds"


def delivered(before, broker, *receivers):
    """How many were counted since, and how many of them took longer than 100 ms. What was written to the receivers in
    one turn is counted before the next."""
    for receiver in receivers:
        receiver.ping()
    after = metrics(broker)
    changed = grown(before, after)
    count = changed.get(f"{NAME}_count", 0)
    return count, count - changed.get(f'{NAME}_bucket{{le="0.1"}}', 0)


def test_each_delivery_once(broker):
    subscribers = many(broker, "sub") + [ws.connect(broker, "web")]
    for subscriber in subscribers:
        subscriber.subscribe("t", qos=2)
    publisher = connect(broker, "pub")
    before = metrics(broker)
    for qos in (0, 1, 2):
        publisher.publish("t", b"x", qos=qos)
        for subscriber in subscribers:
            subscriber.receive("t", qos=qos)
    assert delivered(before, broker, *subscribers)[0] == 3 * len(subscribers)
    changed = grown(before, metrics(broker))
    assert 0 < changed[f"{NAME}_sum"] < 60, changed


def test_aliases_and_large_payloads(broker):
    subscriber = connect(broker, "alias", properties={"topic_alias_maximum": 5})
    subscriber.subscribe("large")
    before = metrics(broker)
    publisher = connect(broker, "large-pub")
    for _ in range(2):
        publisher.publish("large", b"x" * 50_000)
        assert len(subscriber.expect("PUBLISH").payload) == 50_000
    assert delivered(before, broker, subscriber)[0] == 2


def test_queued_behind_a_full_window(broker):
    subscriber = connect(broker, "narrow", properties={"receive_maximum": 1})
    subscriber.subscribe("narrow", qos=1)
    publisher = connect(broker, "narrow-pub")
    before = metrics(broker)
    for _ in range(2):
        publisher.publish("narrow", b"x", qos=1)
    first = subscriber.receive("narrow", qos=1, ack=False)
    subscriber.expect_silence(scaled(0.2))
    subscriber.acknowledge(first)
    subscriber.receive("narrow", qos=1)
    assert delivered(before, broker, subscriber) == (2, 1)


def test_who_was_away_is_not_waited_for(broker):
    """Queued while the client was away, and sent again."""
    away = connect(broker, "away", **LASTS)
    away.subscribe("away", qos=1)
    publisher = connect(broker, "away-pub")
    before = metrics(broker)
    publisher.publish("away", b"0", qos=1)
    away.receive("away", b"0", qos=1, ack=False)
    away.disconnect()
    publisher.publish("away", b"1", qos=1)
    away = connect(broker, "away", session=True, **LASTS)
    away.receive("away", b"0", qos=1, dup=True)
    away.receive("away", b"1", qos=1)
    assert delivered(before, broker, away)[0] == 1
    publisher.publish("away", b"2", qos=1)
    away.receive("away", b"2", qos=1)
    assert delivered(before, broker, away)[0] == 2


def test_what_nobody_published_just_now(broker):
    """Retained messages, wills, and those of the broker itself."""
    publisher = connect(broker, "retain-pub")
    publisher.publish("kept/1", b"x", qos=1, retain=True)
    publisher.publish("kept/2", b"x" * 10_000, qos=1, retain=True)
    before = metrics(broker)
    subscriber = connect(broker, "kept")
    subscriber.subscribe("kept/#", qos=1)
    got = {subscriber.receive(f"kept/{number}", qos=1, retain=True).topic for number in (1, 2)}
    assert len(got) == 2
    subscriber.subscribe("$SYS/broker/version", "will")
    subscriber.expect("PUBLISH", topic="$SYS/broker/version")
    connect(broker, "dies", will=p.will("will", b"x")).close()
    subscriber.receive("will", b"x")
    assert delivered(before, broker, subscriber)[0] == 0
