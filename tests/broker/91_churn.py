"""A storm of connects with the same few client ids, takeovers, subscriptions, publishes and broken connections from
several threads, over four workers: for the thread sanitizer above all.
[MQTT-3.1.4-3]  PITFALLS 1 row 13; PITFALLS 3 use-after-free and races on takeover; BEHAVIOUR 12.C row 13"""
import os
import random as random_module
import threading
import time

from lib import Client, check_serving, many, packets as p

workers = (4,)
config = dict(broker={"sys_interval": "100ms"}, limits={"maximum_queued_messages": 50})
SECONDS = float(os.environ.get("GRAPNEL_TEST_CHURN_SECONDS", "4"))
THREADS = 6


def churn(broker, seed, until, failures):
    random = random_module.Random(seed)
    try:
        while time.monotonic() < until and broker.alive():
            one_life(broker, random)
    except Exception as error:
        failures.append(f"{type(error).__name__}: {error}")


def one_life(broker, random):
    """A client with one of twelve ids; it may be thrown out at any moment by its namesake."""
    version = random.choice((4, 5, 5))
    client = Client(broker, version)
    keep = {"session_expiry_interval": random.choice((0, 0, 1, 100)), "receive_maximum": random.choice((1, 10, 1000))}
    will = p.will("will/churn", b"x", random.randrange(3), random.random() < 0.2) if random.random() < 0.5 else None
    data = p.connect(f"churn{random.randrange(12)}", version, random.random() < 0.5, will=will,
                     properties=keep if version == 5 else None)
    try:
        for _ in range(random.randrange(1, 8)):
            data += action(random, version)
        client.send(data)
        for _ in range(random.randrange(12)):
            packet = client.next_packet(0.2)
            if packet is None:
                break
            if packet.type == "PUBLISH" and packet.qos == 1 and random.random() < 0.8:
                client.send(p.puback(packet.packet_id, version=version))
            if packet.type == "PUBLISH" and packet.qos == 2 and random.random() < 0.8:
                client.send(p.pubrec(packet.packet_id, version=version))
            if packet.type == "PUBREL":
                client.send(p.pubcomp(packet.packet_id, version=version))
        if random.random() < 0.3:
            client.send(p.disconnect(version=version))
    except (OSError, TimeoutError):
        pass
    except p.ProtocolFault as fault:
        if "middle of a packet" not in str(fault):
            raise
    (client.reset if random.random() < 0.3 else client.close)()


def action(random, version):
    packet_id = random.randrange(1, 30)
    topic = f"churn/{random.randrange(6)}"
    filters = [(random.choice((topic, "churn/+", "#", f"$share/g/{topic}", "$share/g/churn/#")), random.randrange(3))]
    draw = random.random()
    if draw < 0.35:
        return p.subscribe(packet_id, filters, version)
    if draw < 0.45:
        return p.unsubscribe(packet_id, [filters[0][0]], version)
    if draw < 0.7:
        return p.publish(topic, b"x" * random.randrange(200), 1 + random.randrange(2), random.random() < 0.2,
                         packet_id=packet_id, version=version)
    if draw < 0.9:
        return p.publish(topic, b"x" * random.randrange(200), retain=random.random() < 0.2, version=version)
    return p.pubrel(packet_id, version=version)


def test_churn(broker):
    watchers = many(broker, "watcher", 4)
    for watcher in watchers:
        watcher.subscribe("steady/#", qos=1)
    failures = []
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=churn, args=(broker, seed, until, failures)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    number = 0
    while time.monotonic() < until:
        watchers[0].publish("steady/a", b"%d" % number, qos=1)
        for watcher in watchers:
            watcher.receive("steady/a", b"%d" % number, qos=1)
        number += 1
    for thread in threads:
        thread.join()
    assert not failures, failures[:3]
    assert number > 10
    check_serving(broker)
    for index in range(12):
        client = Client(broker)
        client.connect(f"churn{index}")
        client.disconnect()
    broker.wait_sys("clients/connected", lambda value: value <= 6)
    broker.wait_sys("messages/inflight", lambda value: value == 0)
