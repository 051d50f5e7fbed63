"""Traces: the packets of one client, in the log and as a stream of events."""

import json
import time

from adminlib import API, Api, Events, READ_TOKEN, admin_broker, bearer, with_admin
from lib import connect, packets as p, scaled
from lib.http import Http

config = with_admin()


def logged(broker, after, client):
    """(direction, packet, text) of what the log has of that client."""
    return [(each["direction"], each["packet"], each["text"]) for each in broker.records[after:]
            if each.get("module") == "trace" and each["client"] == client]


def wait_logged(broker, after, **fields):
    return broker.wait_record("packet", after=after, module="trace", **fields)


def follow_soon(broker, client_id):
    """A stream, as soon as readers that left are noticed."""
    limit = time.monotonic() + scaled(20)
    while time.monotonic() < limit:
        late = Events(broker, "/client/trace", id=client_id)
        if late.status == 200:
            return late
    raise AssertionError("streams of readers that left are still counted")


def test_the_life_of_a_client(broker):
    with Api(broker) as api:
        assert api.ask("PUT", "/client/trace", id="t-one")[0] == 204
        mark = broker.mark()
        client = connect(broker, "t-one", username="melon", password="hunter2", keepalive=30,
                         properties={"session_expiry_interval": 5, "user_property": [("a", "b")]},
                         will=p.will("t/gone", b"hunter2", qos=1))
        client.subscribe("t/#", qos=2, properties={"subscription_identifier": 3})
        client.publish("t/a", b"payload", qos=1, properties={"content_type": "text/plain"})
        client.receive("t/a", b"payload", qos=1)
        client.ping()
        client.disconnect(0x04)
        wait_logged(broker, mark, packet="DISCONNECT")
        seen = logged(broker, mark, "t-one")
        assert [each[:2] for each in seen[:4]] == [
            ("in", "CONNECT"), ("out", "CONNACK"), ("in", "SUBSCRIBE"), ("out", "SUBACK")], seen
        assert sorted(each[:2] for each in seen[4:8]) == [
            ("in", "PUBACK"), ("in", "PUBLISH"), ("out", "PUBACK"), ("out", "PUBLISH")], seen
        assert [each[:2] for each in seen[8:]] == [
            ("in", "PINGREQ"), ("out", "PINGRESP"), ("in", "DISCONNECT")], seen
        texts = dict((each[:2], each[2]) for each in seen)
        assert texts["in", "CONNECT"] == (
            'version=5 clean_start keepalive_s=30 username="melon" password=hidden session_expiry_s=5 '
            'user_properties=1 will_topic="t/gone" will_qos=1 will_payload_bytes=7'), texts
        assert texts["out", "CONNACK"].startswith("reason=0x00 (Success)"), texts
        assert texts["in", "SUBSCRIBE"] == 'id=1 count=1 filter="t/#" qos=2 subscription_identifier=3', texts
        assert texts["out", "SUBACK"] == "id=1 count=1 reason=0x02 (Granted QoS 2)", texts
        assert texts["in", "PUBLISH"].endswith(
            'topic="t/a" qos=1 payload_bytes=7 content_type="text/plain"'), texts
        assert texts["out", "PUBLISH"].endswith("subscription_identifier=3"), texts
        assert texts["in", "DISCONNECT"].startswith("reason=0x04"), texts
        assert "hunter2" not in broker.log_text() and "payload\"" not in broker.log_text()
        record = wait_logged(broker, mark, packet="CONNACK")
        assert record["level"] == "info" and record["size_bytes"] > 4, record
        assert api.ask("DELETE", "/client/trace", id="t-one")[0] == 204


def test_old_versions(broker):
    for version in (3, 4):
        name = f"t-v{version}"
        with Events(broker, "/client/trace", id=name) as events:
            client = connect(broker, name, version=version, username="melon", password="hunter2")
            client.subscribe("t/old")
            client.publish("t/old", b"xyz")
            seen = [events.next()[1] for _ in range(6)]
            assert [(each["direction"], each["packet"]) for each in seen] == [
                ("in", "CONNECT"), ("out", "CONNACK"), ("in", "SUBSCRIBE"), ("out", "SUBACK"), ("in", "PUBLISH"),
                ("out", "PUBLISH")], seen
            assert seen[0]["text"].startswith(f"version={version} ") and "hunter2" not in str(seen), seen
            assert [each["text"] for each in seen[4:]] == ['topic="t/old" qos=0 payload_bytes=3'] * 2, seen
            assert [each["size_bytes"] for each in seen[4:]] == [12, 12], seen


def test_a_stream(broker):
    client = connect(broker, "t-stream")
    mark = broker.mark()
    with Api(broker) as api, Events(broker, "/client/trace", READ_TOKEN, id="t-stream") as events:
        client.ping()
        event, data = events.next()
        now = api.get("/status")["now_ms"]
        assert event == "packet" and now - 60_000 < data.pop("time_ms") <= now
        assert data == {"direction": "in", "packet": "PINGREQ", "size_bytes": 2, "text": ""}, data
        assert events.next()[1]["packet"] == "PINGRESP"
        assert api.client("t-stream")["trace"] is False, "nothing goes to the log"
        with Events(broker, "/client/trace", id="t-stream") as second:
            client.ping()
            assert [each.next()[1]["direction"] for each in (events, second) for _ in range(2)] == [
                "in", "out", "in", "out"]
        assert api.ask("DELETE", "/client/trace", id="t-stream")[0] == 204
        assert events.next() is None
    client.ping()
    assert logged(broker, mark, "t-stream") == []


def test_qos_2_aliases_and_large_payloads(broker):
    client = connect(broker, "t-two", properties={"topic_alias_maximum": 5})
    client.subscribe("t/two/#", qos=2)
    with Events(broker, "/client/trace", id="t-two") as events:
        sender = connect(broker, "t-sender")
        for size in (10, 100_000):
            sender.publish("t/two/x", b"x" * size, qos=2)
            message = client.next_packet()
            client.send(p.pubrec(message.packet_id))
            client.expect("PUBREL")
            client.send(p.pubcomp(message.packet_id))
            seen = [events.next()[1] for _ in range(4)]
            assert [(each["direction"], each["packet"]) for each in seen] == [
                ("out", "PUBLISH"), ("in", "PUBREC"), ("out", "PUBREL"), ("in", "PUBCOMP")], seen
            assert f"payload_bytes={size}" in seen[0]["text"] and "topic_alias=1" in seen[0]["text"], seen[0]
            assert size < seen[0]["size_bytes"] < size + 40, seen[0]
            assert seen[1]["text"].startswith(f"id={message.packet_id} reason=0x00"), seen[1]


def test_refusals_and_broken_packets(broker):
    with Events(broker, "/client/trace", id="t-wrong") as events:
        client = connect(broker, "t-wrong")
        client.send(p.raw(0x32, b"\x00\x01+\x00\x01\x00"))
        client.expect_disconnect(0x90)
        seen = [events.next()[1] for _ in range(4)]
        assert seen[2]["text"] == "refused: Topic Name invalid", seen[2]
        assert seen[3]["packet"] == "DISCONNECT" and "0x90" in seen[3]["text"], seen[3]
    denied = [{"name": "auth-ledger", "config": {"default": "deny"}}]
    with admin_broker(plugins=denied) as closed, Events(closed, "/client/trace", id="t-denied") as events:
        connect(closed, "t-denied", expect=0x86)
        assert [events.next()[1]["packet"] for _ in range(2)] == ["CONNECT", "CONNACK"]


def test_others_are_not_traced(broker):
    mark = broker.mark()
    with Api(broker) as api:
        assert api.ask("PUT", "/client/trace", id="t-me")[0] == 204
        other = connect(broker, "t-other")
        other.ping()
        connect(broker, "t-me").ping()
        wait_logged(broker, mark, client="t-me", packet="PINGRESP")
        assert logged(broker, mark, "t-other") == []
        assert api.ask("DELETE", "/client/trace", id="t-me")[0] == 204
        mark = broker.mark()
        connect(broker, "t-me").ping()
        assert logged(broker, mark, "t-me") == []


def test_sixty_four_ids(broker):
    with Api(broker) as api:
        limit = time.monotonic() + scaled(20)
        for number in range(64):  # readers of tests before are noticed after a moment
            while api.ask("PUT", "/client/trace", id=f"t-{number}")[0] != 204:
                assert time.monotonic() < limit, number
        status, answer = api.ask("PUT", "/client/trace", id="t-64")
        assert status == 429 and answer["error"]
        assert Events(broker, "/client/trace", id="t-64").status == 429
        assert api.ask("PUT", "/client/trace", id="t-63")[0] == 204
        with Events(broker, "/client/trace", id="t-63"):
            pass
        for number in range(64):
            assert api.ask("DELETE", "/client/trace", id=f"t-{number}")[0] == 204
        assert api.ask("PUT", "/client/trace", id="t-64")[0] == 204
        assert api.ask("DELETE", "/client/trace", id="t-64")[0] == 204


def test_sixty_four_streams_and_those_that_leave(broker):
    open_streams = [Events(broker, "/client/trace", id="t-crowd") for _ in range(64)]
    assert {each.status for each in open_streams} == {200}
    assert Events(broker, "/client/trace", id="t-crowd").status == 429
    for each in open_streams[1:]:
        each.http.socket.close()
    client = connect(broker, "t-crowd")
    assert open_streams[0].next()[1]["packet"] == "CONNECT"
    with follow_soon(broker, "t-crowd") as late:
        client.ping()
        assert late.next()[1]["packet"] == "PINGREQ"
    open_streams[0].http.socket.close()


def test_a_reader_that_does_not_read(broker):
    """It loses its stream; the client and the others do not notice."""
    slow = Http(broker)
    request = [f"GET {API}/client/trace?id=t-slow HTTP/1.1", "Host: x", *bearer(READ_TOKEN), "", ""]
    slow.send("\r\n".join(request).encode())
    client = connect(broker, "t-slow")
    with Events(broker, "/client/trace", id="t-slow") as events:
        for _ in range(300):
            client.send(p.publish("t/" + "x" * 200, b"") * 100)
            client.ping()
            for _ in range(102):
                assert events.next()
    client.ping()
    rest = slow.rest()
    assert rest.startswith(b"HTTP/1.1 200") and rest.count(b"event: packet") < 30_000


def test_head(broker):
    with Http(broker) as http:
        status, headers, _ = http.ask("HEAD", API + "/client/trace?id=t-head", headers=bearer(READ_TOKEN))
        assert status == 200 and headers["content-type"] == "text/event-stream", headers


def test_ids_in_events_are_text(broker):
    """What a client says cannot end an event."""
    with Events(broker, "/client/trace", id="t-text") as events:
        client = connect(broker, "t-text")
        client.publish("t/\n\nevent: packet\ndata: {}\n\n\"}", b"")
        seen = [events.next()[1] for _ in range(3)]
        assert json.dumps("t/\n\nevent: packet\ndata: {}\n\n\"}")[1:10] in json.dumps(seen[2]["text"]), seen
