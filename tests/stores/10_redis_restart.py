"""What a broker kept in Redis is there when it comes back, whether it was stopped or killed."""

from lib import connect, packets as p
from redis import Redis, end

KEEP = {"session_expiry_interval": 1000}


def test_sessions_and_queues():
    for kill in (False, True):
        with Redis() as redis:
            broker = redis.broker().start()
            client = connect(broker, "s", clean=False, properties=KEEP)
            client.subscribe(("t/+", p.options(2)), properties={"subscription_identifier": 7})
            client.subscribe("left")
            client.unsubscribe("left")
            client.disconnect()
            publisher = connect(broker, "p")
            for number in range(20):
                publisher.publish(f"t/{number}", bytes([number]) * 10, qos=1 + number % 2,
                                  properties={"correlation_data": b"\0\r\n\xff"})
            end(broker, kill)
            with redis.broker() as broker:
                client = connect(broker, "s", clean=False, properties=KEEP, session=True)
                for number in range(20):
                    client.receive(f"t/{number}", bytes([number]) * 10, qos=1 + number % 2,
                                   has={"correlation_data": b"\0\r\n\xff", "subscription_identifier": [7]})
                connect(broker, "p").publish("left", b"", qos=1, expect=0x10)
                client.ping()


def test_messages_in_flight():
    for kill in (False, True):
        with Redis() as redis:
            broker = redis.broker().start()
            client = connect(broker, "s", clean=False, properties=KEEP)
            client.subscribe("t", qos=2)
            publisher = connect(broker, "p", clean=False, properties=KEEP)
            ids = []
            for number, qos in enumerate((1, 2, 2)):
                publisher.publish("t", f"{number}", qos=qos)
                ids.append(client.receive("t", f"{number}", qos=qos, ack=False).packet_id)
            client.send(p.pubrec(ids[1]))
            client.expect("PUBREL", packet_id=ids[1])
            publisher.send(p.publish("other", b"once", 2, packet_id=900))
            publisher.expect("PUBREC", packet_id=900)
            client.publish("kept", b"", qos=1, retain=True)
            end(broker, kill)
            with redis.broker() as broker:
                client = connect(broker, "s", clean=False, properties=KEEP, session=True)
                again = sorted((client.next_packet() for _ in range(3)), key=lambda each: each.packet_id)
                assert [each.packet_id for each in again] == ids, again
                assert [each.type for each in again] == ["PUBLISH", "PUBREL", "PUBLISH"], again
                assert again[0].dup and again[2].dup, again
                watcher = connect(broker, "w")
                watcher.subscribe("other")
                publisher = connect(broker, "p", clean=False, properties=KEEP, session=True)
                publisher.send(p.publish("other", b"once", 2, packet_id=900, dup=True))
                publisher.expect("PUBREC", packet_id=900)
                publisher.send(p.pubrel(900))
                publisher.expect("PUBCOMP", packet_id=900, reason=0)
                watcher.expect_nothing(after=publisher)


def test_many_small_sessions_and_a_large_one():
    """More clients, and more of one client, than come with one reply; a client that has nothing."""
    clients, queued = 700, 1500
    with Redis(appendfsync="no") as redis:
        broker = redis.broker().start()
        connect(broker, "large", clean=False, properties=KEEP).subscribe("large", qos=1)
        connect(broker, "empty", clean=False, properties=KEEP).disconnect()
        for number in range(clients):
            client = connect(broker, f"c{number}", clean=False, properties=KEEP)
            client.subscribe(f"to/{number}", qos=1)
            client.close()
        connect(broker, "large", clean=False, properties=KEEP, session=True).disconnect()
        publisher = connect(broker, "p")
        for number in range(queued):
            publisher.send(p.publish("large", f"{number}".encode(), 1, packet_id=1 + number))
            if number % 10 == 9:
                for _ in range(10):
                    publisher.expect("PUBACK")
        end(broker)
        assert redis.call("HLEN", "grapnel:outbound:large") == queued
        with redis.broker() as broker:
            client = connect(broker, "large", clean=False, properties=KEEP, session=True)
            for number in range(queued):
                client.receive("large", f"{number}", qos=1)
            client.ping()
            publisher = connect(broker, "p")
            for number in range(clients):
                publisher.publish(f"to/{number}", b"", qos=1, expect=0)


def test_retained_messages():
    count = 1200
    with Redis(appendfsync="no") as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        for number in range(count):
            client.send(p.publish(f"t/{number}", f"{number}".encode(), 0, retain=True))
        client.publish("t/1", b"changed", qos=1, retain=True)
        client.publish("t/2", b"", qos=1, retain=True)
        end(broker)
        with redis.broker() as broker:
            client = connect(broker, "a")
            client.subscribe("t/+")
            found = {}
            for _ in range(count - 1):
                message = client.expect("PUBLISH", retain=True)
                assert message.topic not in found, message
                found[message.topic] = message.payload
            expected = {f"t/{number}": f"{number}".encode() for number in range(count)}
            del expected["t/2"]
            assert found == {**expected, "t/1": b"changed"}
            client.ping()


def test_ended_sessions_leave_nothing():
    with Redis() as redis:
        broker = redis.broker(keep_sys_info=False).start()
        client = connect(broker, "a", clean=False, properties=KEEP)
        client.subscribe("t", qos=2)
        client.publish("t", b"1", qos=2)
        client.receive("t", b"1", qos=2, ack=False)
        assert b"grapnel:outbound:a" in redis.keys()
        client.disconnect(properties={"session_expiry_interval": 0})
        end(broker, kill=False)
        assert redis.keys() == [b"grapnel:run", b"grapnel:schema"], redis.keys()


def test_large_messages():
    payloads = [bytes([number]) * 1_000_000 for number in range(8)]
    with Redis() as redis:
        broker = redis.broker().start()
        connect(broker, "s", clean=False, properties=KEEP).subscribe("t", qos=1)
        connect(broker, "s", clean=False, properties=KEEP, session=True).disconnect()
        publisher = connect(broker, "p")
        for number, payload in enumerate(payloads):
            publisher.send(p.publish("t", payload, 1, packet_id=1 + number))
        for _ in payloads:
            publisher.expect("PUBACK")
        end(broker)
        with redis.broker() as broker:
            client = connect(broker, "s", clean=False, properties=KEEP, session=True)
            for payload in payloads:
                client.receive("t", payload, qos=1)
