"""What an operator watches: the log, its level, the history, and streams of both."""

import re

from api_client import READ_TOKEN, Events, ask, made, ok
from lib import connect

SAMPLE = """time_ms messages_received messages_sent bytes_received bytes_sent dropped clients_connected queued inflight
loop_lag_p99_us latency memory_bytes""".split()


def test_level():
    with made(top={"log": {"level": "info"}}) as broker:
        assert ok(broker, "GET", "/log/level", token=READ_TOKEN) == {"level": "info"}
        assert ask(broker, "PUT", "/log/level", {"level": "debug"}, token=READ_TOKEN)[0] == 403
        assert ok(broker, "PUT", "/log/level", {"level": "debug"}) == {"level": "debug"}
        assert ok(broker, "GET", "/status")["log_level"] == "debug"
        for level in ("all", "", "DEBUG", 1, None, ["info"]):
            assert ask(broker, "PUT", "/log/level", {"level": level})[0] == 400, level
        assert ask(broker, "PUT", "/log/level")[0] == 400
        assert ok(broker, "PUT", "/log/level", {"level": "info"}) == {"level": "info"}


def test_log_stream():
    with made() as broker, Events(broker, "/log", READ_TOKEN) as early, Events(broker, "/log") as late:
        assert early.begin() == 200
        first = early.wait("log", lambda line: line["text"].startswith("ready"))
        assert sorted(first) == ["level", "module", "text", "time_ms"] and first["module"] == "server", first
        assert first["level"] == "info" and "workers=" in first["text"], first
        ok(broker, "PUT", "/log/level", {"level": "debug"})
        ok(broker, "PUT", "/log/level", {"level": "info"})
        assert late.begin() == 200
        texts = []
        for stream in (early, late):
            stream.wait("log", lambda line: line["text"].endswith("level=info"))
            ok(broker, "POST", "/reload")
            texts.append(stream.wait("log", lambda line: line["text"] == "reloaded"))
        assert texts[0] == texts[1], texts


def test_the_last_lines_come_first():
    """200 of them, in order, and then those that follow."""
    with made() as broker:
        broker.write_config(broker={f"no_such_key_{number}": 1 for number in range(300)})
        assert ask(broker, "POST", "/reload")[0] == 422
        with Events(broker, "/log") as stream:
            assert stream.begin() == 200
            lines = [stream.next()[1] for _ in range(200)]
            assert "no_such_key_299" in lines[-2]["text"] and lines[-1]["text"].startswith("reload failed"), lines[-2:]
            numbers = [re.search(r"no_such_key_(\d+)", line["text"])[1] for line in lines[:-1]]
            assert numbers == [str(number) for number in range(101, 300)], numbers
            ok(broker, "PUT", "/log/level", {"level": "debug"})
            assert stream.next()[1]["text"].endswith("level=debug")


def test_samples():
    with made() as broker, Events(broker, "/events", READ_TOKEN) as stream:
        assert stream.begin() == 200
        assert stream.next()[0] == "log"  # the last lines come first
        client = connect(broker, "one")
        client.subscribe("a")
        for _ in range(10):
            client.publish("a", b"x")
        sample = stream.wait("sample", lambda each: each["messages_sent"] >= 10)
        assert list(sample) == SAMPLE, sample
        assert sample["messages_received"] >= 10 and sample["clients_connected"] == 1 and sample["memory_bytes"] > 0
        assert sample["loop_lag_p99_us"] > 0, sample
        later = stream.wait("sample")
        assert 500 < later["time_ms"] - sample["time_ms"] < 5000, (sample, later)
        history = ok(broker, "GET", "/history", token=READ_TOKEN)
        assert history["step_ms"] == 1000 and sample in history["samples"], history


def test_silent_streams_have_a_heartbeat():
    with made() as broker, Events(broker, "/log") as stream:
        assert stream.begin() == 200
        stream.socket.settimeout(40)
        while stream.next()[0] is not None:
            pass
