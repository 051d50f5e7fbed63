"""A will keeps all its properties, and the order of its user properties.
[MQTT-3.1.2-9] [MQTT-3.1.3-10]  PITFALLS 1 row 11; PITFALLS 2 a will keeps all its properties; BEHAVIOUR 12.B row 9"""
from lib import connect, packets as p

KEPT = {
    "payload_format_indicator": 1, "content_type": "text/plain", "response_topic": "answer/here",
    "correlation_data": b"\x00\x01\xff", "user_property": [("z", "1"), ("a", "2"), ("z", "1"), ("", "")],
}


def test_all(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    will = p.will("will/x", b"text", properties={**KEPT, "message_expiry_interval": 50})
    connect(broker, "x", will=will).close()
    message = watcher.receive("will/x", b"text", has=KEPT)
    assert 48 <= message.properties["message_expiry_interval"] <= 50, message
    assert "will_delay_interval" not in message.properties


def test_all_after_a_delay(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    will = p.will("will/x", b"text", properties={**KEPT, "message_expiry_interval": 50, "will_delay_interval": 1})
    connect(broker, "x", will=will, properties={"session_expiry_interval": 100}).close()
    message = watcher.receive("will/x", b"text", has=KEPT, deadline_s=6)
    assert 48 <= message.properties["message_expiry_interval"] <= 50, message


def test_each_alone(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    for name, value in KEPT.items():
        connect(broker, "x", will=p.will("will/x", b"text", properties={name: value})).close()
        message = watcher.receive("will/x", b"text", has={name: value})
        assert not set(message.properties) - {name, "message_expiry_interval"}, message


def test_v3_receiver(broker):
    watcher = connect(broker, "watcher", version=4)
    watcher.subscribe("will/#")
    connect(broker, "x", will=p.will("will/x", b"text", properties=KEPT)).close()
    watcher.receive("will/x", b"text")
