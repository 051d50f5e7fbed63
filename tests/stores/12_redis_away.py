"""Redis is away for a moment, for long, killed in the middle of a load, or back without what it was given."""

import threading
import time

from lib import Broker, allow_all, connect, packets as p, scaled
from redis import Redis, end

KEEP = {"session_expiry_interval": 1000}
MODULE = "plugin/redis-store"


def send_retained(client, numbers):
    for number in numbers:
        client.send(p.publish(f"t/{number}", f"{number}".encode(), 1, packet_id=1 + number, retain=True))


def expect_acknowledged(client, numbers):
    for number in numbers:
        ack = client.expect("PUBACK", packet_id=1 + number)
        assert ack.reason in (0x00, 0x10), ack


def wait_for_service(broker):
    """Until what needs a store is accepted again: the log says that it writes a moment before."""
    broker.wait_record("writes again", module=MODULE)
    client = connect(broker, "waits")
    limit = time.monotonic() + scaled(5)
    while True:
        client.send(p.publish("t/0", b"0", 1, packet_id=1, retain=True))
        if client.expect("PUBACK").reason < 0x80:
            break
        assert time.monotonic() < limit, "what needs a store is still refused"
    client.close()


def check_retained(broker, count):
    reader = connect(broker, "reader")
    reader.subscribe("t/+")
    found = set()
    for _ in range(count):
        found.add(reader.expect("PUBLISH", retain=True).topic)
    assert found == {f"t/{number}" for number in range(count)}
    reader.close()


def test_away_for_a_moment():
    """Nothing is refused: what is not written waits."""
    with Redis() as redis:
        broker = redis.broker(hold="10s").start()
        client = connect(broker, "a")
        send_retained(client, range(5))
        expect_acknowledged(client, range(5))
        redis.kill()
        send_retained(client, range(5, 10))
        client.expect_silence(0.5)
        redis.start()
        expect_acknowledged(client, range(5, 10))
        broker.wait_line("connected again after")
        assert not any("cannot write" in line for line in broker.lines), broker.log_text()
        end(broker)
        with redis.broker() as broker:
            check_retained(broker, 10)


def test_hold_is_longer_than_the_broker_waits():
    """The earlier end counts, and the log says what is needed and what was too short."""
    with Redis() as redis:
        store = {**redis.plugin(hold="20s", command_timeout="3s"), "defer_timeout": "300ms"}
        broker = Broker(plugins=[store, allow_all()]).start()
        broker.wait_line("held for 20000 ms, if defer_timeout of this plugin's table is 27000 ms or more")
        client = connect(broker, "a")
        redis.kill()
        client.send(p.publish("t", b"1", 1, packet_id=1, retain=True))
        client.expect_disconnect(0x80)
        broker.wait_record("no answer in time", module=MODULE, defer_timeout_ms=300)
        redis.start()
        end(broker)


def test_a_connection_that_was_closed():
    """As Redis does with idle ones: not worth a pause."""
    with Redis() as redis:
        with redis.broker(hold="0s") as broker:
            client = connect(broker, "a")
            for number in range(3):
                send_retained(client, [number])
                expect_acknowledged(client, [number])
                assert redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") == 1


def test_away_for_long():
    """What needs a store is refused; once Redis is back on the same data all is well again."""
    with Redis() as redis:
        broker = redis.broker(hold="200ms").start()
        client = connect(broker, "a")
        send_retained(client, range(5))
        expect_acknowledged(client, range(5))
        redis.kill()
        client.send(p.publish("t/9", b"refused", 1, packet_id=99, retain=True))
        client.expect_disconnect(0x80)
        broker.wait_line("acknowledges nothing until it can")
        client = connect(broker, "a")
        client.publish("t/9", b"refused", qos=1, retain=True, expect=0x97)
        redis.start()
        wait_for_service(broker)
        client = connect(broker, "a")
        send_retained(client, range(5, 10))
        expect_acknowledged(client, range(5, 10))
        end(broker)
        with redis.broker() as broker:
            check_retained(broker, 10)


def test_a_commit_that_takes_too_long_has_failed():
    """Whatever the plugin's table says of its other answers."""
    with Redis() as redis:
        store = {**redis.plugin(hold="60s", command_timeout="60s"), "defer_timeout": "300ms", "on_timeout": "skip"}
        broker = Broker(plugins=[store, allow_all()]).start()
        client = connect(broker, "a")
        redis.pause()
        client.send(p.publish("t/1", b"1", 1, packet_id=1, retain=True))
        client.expect_disconnect(0x80)
        redis.resume()
        end(broker)


def test_the_close_behind_a_disconnect():
    """It says that the end of the session is stored: so it waits for that as long as it takes, and for nothing where
    nothing is stored."""
    with Redis() as redis:
        store = {**redis.plugin(hold="60s", command_timeout="60s"), "defer_timeout": "30s"}
        broker = Broker(plugins=[store, allow_all()]).start()
        lasting = connect(broker, "lasting", clean=False, properties=KEEP)
        lasting.subscribe("t", qos=1)
        passing = connect(broker, "passing")
        passing.subscribe("t", qos=1)
        redis.pause()
        lasting.send(p.disconnect(properties={"session_expiry_interval": 0}))
        passing.send(p.disconnect())
        passing.expect_closed(0.5)
        lasting.expect_silence(1.5)
        redis.resume()
        lasting.expect_closed()
        end(broker)
        with redis.broker() as broker:
            connect(broker, "lasting", clean=False, session=False, properties=KEEP)


def test_the_close_behind_a_disconnect_that_cannot_be_stored():
    with Redis() as redis:
        store = {**redis.plugin(hold="60s", command_timeout="60s"), "defer_timeout": "2s"}
        broker = Broker(plugins=[store, allow_all()]).start()
        client = connect(broker, "lasting", clean=False, properties=KEEP)
        redis.pause()
        client.send(p.disconnect())
        client.expect_silence(1.5)
        client.expect_closed()
        redis.resume()
        end(broker)


def test_clients_that_come_while_it_is_away():
    """A will is stored, and a session that lasted must end in the store, too: both are refused, so that nothing piles
    up. Who needs none of that is served."""
    with Redis() as redis:
        broker = redis.broker(hold="100ms").start()
        connect(broker, "lasted", clean=False, properties=KEEP).disconnect()
        with_will = connect(broker, "before", will=p.will("will", b"gone"))
        redis.kill()
        client = connect(broker, "a")
        client.send(p.publish("t/9", b"refused", 1, packet_id=99, retain=True))
        client.expect_disconnect(0x80)
        broker.wait_sys("store/failing", lambda value: value == 1)
        before_kb = broker.rss_kb()
        for _ in range(300):
            connect(broker, "a", will=p.will("will", b"x" * 50_000), expect=0x88)
        connect(broker, "a", version=4, will=p.will("will", b"x"), expect=3)
        connect(broker, "lasted", expect=0x88)
        connect(broker, "lasted", clean=False, expect=0x88)
        broker.check_growth(before_kb, 4096)
        connect(broker, "a").publish("t", b"x")
        with_will.ping()
        redis.start()
        wait_for_service(broker)
        connect(broker, "a", will=p.will("will", b"x"))
        connect(broker, "lasted", clean=False, session=True)
        end(broker)


def test_no_answer():
    """It hangs: the timeout of a command counts, then it is away."""
    with Redis() as redis:
        store = {**redis.plugin(command_timeout="2s", hold="30s"), "defer_timeout": "60s"}
        broker = Broker(plugins=[store, allow_all()]).start()
        client = connect(broker, "a")
        send_retained(client, range(5))
        expect_acknowledged(client, range(5))
        redis.pause()
        send_retained(client, range(5, 10))
        broker.wait_line("no answer within command_timeout")
        redis.resume()
        expect_acknowledged(client, range(5, 10))
        end(broker)
        with redis.broker() as broker:
            check_retained(broker, 10)


def test_stops_while_it_is_away():
    with Redis() as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        client.publish("t", b"1", qos=1, retain=True)
        redis.kill()
        client.send(p.publish("t", b"2", 1, packet_id=99, retain=True))
        end(broker, kill=False)


def test_no_memory():
    """Redis refuses: nothing of the commit is there, and it is tried again."""
    with Redis(maxmemory_policy="noeviction") as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        client.publish("t/0", b"0", qos=1, retain=True)
        redis.call("CONFIG", "SET", "maxmemory", "1")
        client.send(p.publish("t/1", b"1", 1, packet_id=99, retain=True))
        client.expect_disconnect(0x80)
        broker.wait_line("OOM command not allowed")
        assert redis.call("HKEYS", "grapnel:retained") == [b"t/0"]
        redis.call("CONFIG", "SET", "maxmemory", "0")
        broker.wait_record("writes again", module=MODULE)
        end(broker)
        with redis.broker() as broker:
            check_retained(broker, 2)


def check_lost(broker, words):
    """Nothing is acknowledged any more, and the log says why."""
    broker.wait_line(words)
    time.sleep(1.5)  # the broker asks again every second
    connect(broker, "b").publish("t/2", b"", qos=1, retain=True, expect=0x97)


def test_data_is_lost():
    """Redis comes back with nothing."""
    with Redis() as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        client.publish("t/1", b"1", qos=1, retain=True)
        redis.kill()
        redis.lose()
        redis.start()
        client.send(p.publish("t/2", b"2", 1, packet_id=99, retain=True))
        client.expect_disconnect(0x80)
        check_lost(broker, "Redis lost its data")
        assert redis.keys() == [], redis.keys()
        end(broker)
        with redis.broker() as broker:
            connect(broker, "a").publish("t/2", b"2", qos=1, retain=True)


def test_last_data_is_lost():
    """Redis comes back with what it saved some time ago."""
    with Redis(appendonly="no") as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        client.publish("t/1", b"1", qos=1, retain=True)
        redis.call("SAVE")
        client.publish("t/1", b"2", qos=1, retain=True)
        redis.kill()
        redis.start()
        client.send(p.publish("t/2", b"2", 1, packet_id=99, retain=True))
        client.expect_disconnect(0x80)
        check_lost(broker, "Redis lost its last data")
        end(broker)


def test_emptied_while_connected():
    with Redis() as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        client.publish("t/1", b"1", qos=1, retain=True)
        redis.call("FLUSHALL")
        client.send(p.publish("t/2", b"2", 1, packet_id=99, retain=True))
        client.expect_disconnect(0x80)
        check_lost(broker, "Redis lost its data")
        assert redis.keys() == [], redis.keys()
        end(broker)


def test_another_broker_on_the_same_records():
    with Redis() as redis:
        broker = redis.broker().start()
        client = connect(broker, "a")
        client.publish("t/1", b"1", qos=1, retain=True)
        with redis.broker():
            client.send(p.publish("t/2", b"2", 1, packet_id=99, retain=True))
            client.expect_disconnect(0x80)
            check_lost(broker, "another broker, or a tool, writes here")
            assert redis.call("HKEYS", "grapnel:retained") == [b"t/1"]
        end(broker)


def test_killed_under_load():
    """Killed and started again while publishers go on: each gets all its acknowledgements, and all is there."""
    clients, each = 4, 300
    with Redis() as redis:
        broker = redis.broker(hold="60s").start()
        connect(broker, "s", clean=False, properties=KEEP).subscribe("q/#", qos=1)
        connect(broker, "s", clean=False, properties=KEEP, session=True).disconnect()
        faults = []

        def publish(number):
            try:
                client = connect(broker, f"p{number}")
                for count in range(each):
                    client.publish(f"q/{number}", f"{count}", qos=1, expect=0)
            except AssertionError as error:
                faults.append(error)
        threads = [threading.Thread(target=publish, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            time.sleep(0.2)
            redis.kill()
            redis.start()
        for thread in threads:
            thread.join()
        assert not faults, faults
        end(broker)
        with redis.broker() as broker:
            client = connect(broker, "s", clean=False, properties=KEEP, session=True)
            found = {f"q/{number}": [] for number in range(clients)}
            for _ in range(clients * each):
                message = client.expect("PUBLISH", qos=1)
                client.acknowledge(message)
                found[message.topic].append(int(message.payload))
            assert all(numbers == list(range(each)) for numbers in found.values()), found
            client.ping()
