"""A property in a packet that may not carry it, and an unknown one, are malformed or a protocol error.
[MQTT-4.13.1-1]"""
from lib import connect, packets as p

SAMPLE = {"byte": 1, "u16": 1, "u32": 1, "varint": 1, "string": "s", "binary": b"b", "pair": ("k", "v")}
ALLOWED = {
    "PUBLISH": {"payload_format_indicator", "message_expiry_interval", "content_type", "response_topic",
                "correlation_data", "topic_alias", "user_property"},
    "ACK": {"reason_string", "user_property"},
    "SUBSCRIBE": {"subscription_identifier", "user_property"},
    "UNSUBSCRIBE": {"user_property"},
    "DISCONNECT": {"session_expiry_interval", "reason_string", "user_property", "server_reference"},
}


def build(kind, properties):
    yield {"PUBLISH": lambda: p.publish("a", b"", properties=properties),
           "SUBSCRIBE": lambda: p.subscribe(1, ["a"], properties=properties),
           "UNSUBSCRIBE": lambda: p.unsubscribe(1, ["a"], properties=properties),
           "DISCONNECT": lambda: p.disconnect(0, properties),
           "ACK": lambda: p.puback(1, 0, properties)}[kind]()
    if kind == "ACK":
        yield from (each(1, 0, properties) for each in (p.pubrec, p.pubrel, p.pubcomp))


def refuse(broker, data):
    client = connect(broker, "wrong")
    client.send(data)
    client.expect_disconnect(0x81, 0x82)


def test_misplaced(broker):
    for kind, allowed in ALLOWED.items():
        for name, (_, wire_type, _) in p.PROPERTIES.items():
            if name not in allowed:
                for data in build(kind, [(name, SAMPLE[wire_type])]):
                    refuse(broker, data)


def test_unknown(broker):
    for kind in ALLOWED:
        for unknown in (b"\x00", b"\x04\x00", b"\x10\x00\x00", b"\x2b\x01", b"\x7f\x00", b"\x80\x01\x00"):
            for data in build(kind, unknown):
                refuse(broker, data)
