"""POST /publish: what goes out, and what is refused and why."""

import base64

from api_client import READ_TOKEN, ask, made, ok
from lib import connect


def test_a_message_arrives():
    with made() as broker:
        client = connect(broker, "receiver")
        client.subscribe("a/#", qos=1)
        assert ok(broker, "POST", "/publish", {"topic": "a/b", "payload": "höhe", "qos": 1}, status=202) == {}
        assert not client.receive("a/b", "höhe".encode(), qos=1).retain
        raw = bytes(range(256))
        ok(broker, "POST", "/publish", {"topic": "a", "payload_base64": base64.b64encode(raw).decode()}, status=202)
        client.receive("a", raw)


def test_properties_arrive():
    with made() as broker:
        client = connect(broker, "receiver")
        client.subscribe("a")
        ok(broker, "POST", "/publish", status=202,
           body={"topic": "a", "payload": "x", "message_expiry_s": 100, "content_type": "text/plain",
                 "response_topic": "b/c", "correlation_data_base64": "AAE=",
                 "user_properties": [["k", "v"], ["k", "w"]]})
        properties = client.receive("a", b"x").properties
        assert 95 <= properties["message_expiry_interval"] <= 100, properties
        assert properties["content_type"] == "text/plain" and properties["response_topic"] == "b/c", properties
        assert properties["correlation_data"] == b"\0\1", properties
        assert properties["user_property"] == [("k", "v"), ("k", "w")], properties


def test_retained():
    with made() as broker:
        watcher = connect(broker, "watcher")
        watcher.subscribe("a")
        ok(broker, "POST", "/publish", {"topic": "a", "payload": "kept", "retain": True}, status=202)
        watcher.receive("a", b"kept")  # stored before
        client = connect(broker, "receiver")
        client.subscribe("a")
        assert client.receive("a", b"kept").retain


def test_refused():
    with made(limits={"maximum_qos": 1, "retain_available": False, "maximum_packet_size": "1KiB",
                      "maximum_topic_levels": 4}) as broker:
        message = {"topic": "a", "payload": "x"}
        for change, status in (({"topic": "a/#"}, 400), ({"topic": ""}, 400), ({"topic": "a\0b"}, 400),
                               ({"topic": "a/b/c/d/e"}, 400), ({"topic": "x" * 60_000}, 413), ({"topic": 1}, 400),
                               ({"topic": "$SYS/broker/version"}, 403), ({"topic": "$share/a/b"}, 403),
                               ({"payload": 1}, 400), ({"payload": None}, 400), ({"payload": "x" * 2000}, 413),
                               ({"payload_base64": "eA=="}, 400), ({"qos": 2}, 409), ({"qos": 3}, 400),
                               ({"qos": -1}, 400), ({"qos": 1.0}, 400), ({"qos": "1"}, 400), ({"qos": 1e300}, 400),
                               ({"qos": 10**400}, 400), ({"retain": True}, 409), ({"retain": 1}, 400),
                               ({"message_expiry_s": 0}, 400), ({"message_expiry_s": 2**32}, 400),
                               ({"content_type": "a\0"}, 400), ({"response_topic": "a/+"}, 400),
                               ({"correlation_data_base64": "A"}, 400), ({"correlation_data_base64": "AB=="}, 400),
                               ({"user_properties": {"a": "b"}}, 400), ({"user_properties": [["a"]]}, 400),
                               ({"user_properties": [["a", "\0"]]}, 400), ({"unknown": 1}, 400)):
            found, answer = ask(broker, "POST", "/publish", {**message, **change})
            assert found == status, (change, found, answer)
            assert answer["error"], (change, answer)
        assert ask(broker, "POST", "/publish", {"topic": "a"})[0] == 400
        assert ask(broker, "POST", "/publish", {"payload": "a"})[0] == 400
        assert ask(broker, "POST", "/publish", message, token=READ_TOKEN)[0] == 403
        assert ask(broker, "POST", "/publish", message)[0] == 202


def test_the_largest_packet():
    """As a client would be judged: the packet counts, not the payload."""
    with made(limits={"maximum_packet_size": "1KiB"}) as broker:
        rest = 1 + 2 + 2 + 1 + 1  # type, remaining length, topic, properties
        for size, status in ((1024 - rest, 202), (1025 - rest, 413)):
            assert ask(broker, "POST", "/publish", {"topic": "a", "payload": "x" * size})[0] == status, size


def test_no_inline_client():
    with made(broker={"inline_client": False}) as broker:
        found, answer = ask(broker, "POST", "/publish", {"topic": "a", "payload": "x"})
        assert found == 409 and "inline_client" in answer["error"], answer
