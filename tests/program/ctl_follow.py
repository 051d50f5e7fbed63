"""Commands that go on until they are interrupted."""

import json
import signal
import threading

from ctllib import WAIT_S, Following, ctl, succeeds
from fake_admin import FakeAdmin, event, sample
from run import equal


def test_trace():
    """The stream is all: nothing is switched on that would have to be switched off, and nothing of others is."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with FakeAdmin() as admin:
            admin.traced.add("new one")
            admin.ends_streams.clear()
            with Following(admin, "trace", "new one") as trace:
                assert trace.line().endswith("  → PUBLISH (20 B) topic=a/b\n")
                equal(trace.end(number), (0, ""))
            equal({call["method"] for call in admin.calls}, {"GET"})
            equal(succeeds(admin, "trace", "new one", "--off"), "")
            equal(admin.traced, set())


def test_trace_ends_with_the_reader():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "trace", "a") as trace:
            trace.line()
            trace.process.stdout.close()
            equal(trace.process.wait(WAIT_S), 0)


def test_trace_ends_with_the_stream():
    with FakeAdmin() as admin:
        status, _, errors = ctl(admin, "trace", "a")
        equal(status, 1)
        assert "the broker ended the stream" in errors, errors


def test_trace_of_a_silent_client():
    """Silence is no failure there: the packet comes after the timeout."""
    with FakeAdmin() as admin:
        late = threading.Event()
        admin.packets = [event("hello", {}), late, *admin.packets]
        admin.ends_streams.clear()
        with Following(admin, "trace", "a", "--timeout", "200ms") as trace:
            threading.Timer(0.6, late.set).start()
            assert "PUBLISH" in trace.line()
            equal(trace.end(), (0, ""))


def test_trace_as_json():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "trace", "a", "--json") as trace:
            equal(json.loads(trace.line())["packet"], "PUBLISH")
            equal(trace.end(), (0, ""))


def test_log():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "log") as log:
            equal(log.line(), "2026-09-21 14:13:20 info server: ready\n")
            equal(log.end(), (0, ""))


def test_watch():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        admin.events.append(event("sample", sample(5, latency=None, dropped={"a": 5, "b": 2})))
        with Following(admin, "watch") as watch:
            assert watch.line().split()[:4] == ["TIME", "CLIENTS", "IN/S", "OUT/S"]
            first, _, third = watch.line(), watch.line(), watch.line()
            equal(first.split(), ["14:13:22", "2", "1.0", "k", "3.0", "k", "2.0", "KiB/s", "4.0", "KiB/s", "1.0", "5",
                                  "120.0", "µs", "250.0", "µs", "64.0", "MiB"])
            equal(third.split()[10:13], ["2.0", "5", "-"])
            equal(watch.end(), (0, ""))


def test_watch_as_json():
    with FakeAdmin() as admin:
        admin.ends_streams.clear()
        with Following(admin, "watch", "--json") as watch:
            equal([json.loads(watch.line()) for _ in range(3)], [sample(1), sample(2), sample(3)])
