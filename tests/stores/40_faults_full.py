"""While the medium takes nothing, nothing is acknowledged; when it does again, the broker goes on by itself."""
from faultlib import FAILS, Medium, arrived, crash, fresh_subscriber
from lib import Client, connect, packets as p

SOON = {"sys_interval": "100ms"}
# A counted fault is for the test's own writes, not for the totals that are noted with each interval.
QUIET = {"sys_interval": "1h"}


def refused(broker, payload):
    """Publishes, and is either told that it cannot be stored, or disconnected. Returns which."""
    client = connect(broker, f"p-{payload}")
    client.send(p.publish("t/a", payload.encode(), 1, packet_id=9))
    answer = client.next_packet()
    client.close()
    if answer.type == "PUBACK":
        assert answer.reason == 0x97, answer
    else:
        assert answer.type == "DISCONNECT", answer
        assert answer.reason == 0x80, answer
    return answer.type


def accepted(broker, first, count=20):
    client = connect(broker, f"p-{first}")
    payloads = [str(first + number) for number in range(count)]
    for payload in payloads:
        client.publish("t/a", payload.encode(), qos=1)
    client.close()
    return payloads


def go_through(fault, word, **store):
    with Medium(**store) as medium:
        broker = medium.broker(broker=SOON).start()
        fresh_subscriber(broker)
        promised = accepted(broker, 0)
        medium.fail(fault)
        assert refused(broker, "lost") == "DISCONNECT"
        broker.wait_sys("store/failing", lambda value: value == 1)
        assert refused(broker, "refused") == "PUBACK"
        assert int(broker.sys("store/failures")) >= 1
        assert any(FAILS in line and word in line for line in broker.lines), broker.log_tail()
        medium.fail("none")
        broker.wait_sys("store/failing", lambda value: value == 0, deadline_s=6)
        broker.wait_record("writes again")
        promised += accepted(broker, 100)
        crash(broker)
        with medium.broker() as broker:
            found = arrived(broker)
            assert [each for each in found if each != "lost"] == promised, (found, promised)


def test_no_space():
    go_through("ENOSPC any any", "No space left on device")


def test_no_space_for_the_log():
    go_through("ENOSPC write .log", "No space left on device")


def test_a_medium_that_writes_nothing():
    go_through("EIO any any", "Input/output error")


def test_a_log_that_is_not_written():
    go_through("EIO write .log", "Input/output error")


def test_a_log_that_is_not_synced():
    go_through("EIO sync .log", "Input/output error")


def test_no_space_with_sync_off():
    go_through("ENOSPC any any", "No space left on device", sync="off")


def test_a_medium_that_does_not_sync_in_an_interval():
    """What is written is acknowledged until the medium is asked; from then on nothing is."""
    with Medium(sync="interval", sync_interval="50ms") as medium:
        broker = medium.broker(broker=SOON).start()
        fresh_subscriber(broker)
        promised = accepted(broker, 0)
        medium.fail("EIO sync .log")
        client = connect(broker, "p")
        for number in range(100, 10_000):
            client.send(p.publish("t/a", str(number).encode(), 1, packet_id=1))
            if client.next_packet().type != "PUBACK":
                break
            promised.append(str(number))
        broker.wait_sys("store/failing", lambda value: value == 1)
        medium.fail("none")
        broker.wait_sys("store/failing", lambda value: value == 0, deadline_s=6)
        promised += accepted(broker, 20_000)
        crash(broker)
        with medium.broker() as broker:
            found = arrived(broker)
            assert [each for each in found if each in set(promised)] == promised, (found, promised)


def test_one_fault_is_no_end():
    """The write fails once: who was concerned is disconnected, and the next commit makes up for it."""
    for fault in ("ENOSPC write .log 1", "EIO write .log 1", "EIO sync .log 1"):
        with Medium() as medium:
            broker = medium.broker(broker=QUIET).start()
            fresh_subscriber(broker)
            promised = accepted(broker, 0)
            medium.fail(fault)
            assert refused(broker, "lost") == "DISCONNECT"
            broker.wait_record("store commits again", deadline_s=6)
            medium.fail("none")
            promised += accepted(broker, 100)
            crash(broker)
            with medium.broker() as broker:
                found = arrived(broker)
                assert [each for each in found if each != "lost"] == promised, (found, promised)


def test_a_will_is_stored_before_its_client_is_told():
    """Also that of a session that ends with its connection."""
    with Medium() as medium, medium.broker(broker=QUIET) as broker:
        fresh_subscriber(broker)
        medium.fail("EIO sync .log 1")
        client = Client(broker)
        client.send(p.connect("leaves", will=p.will("t/will", b"gone", 1)))
        client.expect("CONNACK", reason=0x88)
        broker.wait_record("store commits again", deadline_s=6)


def test_short_writes():
    with Medium() as medium:
        medium.fail("short write any")
        broker = medium.broker().start()
        fresh_subscriber(broker)
        promised = accepted(broker, 0)
        crash(broker)
        with medium.broker() as broker:
            assert arrived(broker) == promised
