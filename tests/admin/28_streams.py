"""Streams whose readers do not read, many of them, and the end of the broker."""

import signal
import time

from api_client import Events, ask, made, ok
from lib import check_serving, scaled

STREAMS = 64
ROUNDS = 200  # more than sockets take


def test_not_more_than_so_many():
    with made() as broker:
        streams = [Events(broker, ("/events", "/log")[number % 2]) for number in range(STREAMS)]
        assert all(each.begin() == 200 for each in streams)
        assert ask(broker, "GET", "/events")[0] == 429
        assert ask(broker, "GET", "/log")[0] == 429
        for each in streams:
            each.wait("log", lambda line: line["text"].startswith("ready"))
        streams.pop(0).socket.close()
        limit = time.monotonic() + scaled(20)
        while True:  # the broker hears of it in a moment
            with Events(broker, "/log") as late:
                if late.begin() == 200:
                    break
            assert time.monotonic() < limit, "the place of a stream that was closed is not given to another"
        for each in streams:
            each.socket.close()
        check_serving(broker)


def test_who_leaves_at_once_takes_no_place():
    with made() as broker:
        for _ in range(3 * STREAMS):
            Events(broker, "/log").socket.close()
        limit = time.monotonic() + scaled(20)
        while True:
            with Events(broker, "/log") as stream:
                if stream.begin() == 200:
                    break
            assert time.monotonic() < limit


def test_a_reader_that_does_not_read():
    """It ends, costs no more than the limit, and holds nobody up."""
    with made() as broker:
        broker.write_config(broker={f"no_such_key_{number}": 1 for number in range(190)})  # as many lines in the log
        assert ask(broker, "POST", "/reload")[0] == 422
        before_kb = broker.rss_kb()
        deaf = [Events(broker, "/log") for _ in range(8)]
        with Events(broker, "/log") as good:
            assert good.begin() == 200
            good.wait("log", lambda line: "no_such_key_189" in line["text"])
            for _ in range(ROUNDS):
                assert ask(broker, "POST", "/reload")[0] == 422
                good.wait("log", lambda line: "no_such_key_189" in line["text"])
        broker.check_growth(before_kb, (8 * 2 + 8) << 10)
        for each in deaf:
            assert each.rest().count(b"no_such_key_189") < ROUNDS
        check_serving(broker)


def test_the_broker_ends_with_streams_open():
    with made() as broker:
        streams = [Events(broker, "/events") for _ in range(20)]
        assert all(each.begin() == 200 for each in streams)
        broker.process.send_signal(signal.SIGTERM)
        for each in streams:
            each.rest()
        assert broker.wait_exit() == 0
        broker.check_sanitizers()


def test_the_broker_ends_amid_requests():
    """Each is answered, or its connection ends."""
    with made() as broker:
        paths = ("/retained", "/subscriptions", "/plugins", "/listeners", "/history", "/events", "/log", "/status")
        asked = [Events(broker, paths[number % len(paths)]) for number in range(64)]
        broker.process.send_signal(signal.SIGTERM)
        for each in asked:
            try:
                each.rest()
            except ConnectionResetError:
                pass
        assert broker.wait_exit() == 0
        broker.check_sanitizers()
