"""CONNECT properties: duplicates, illegal values and misplaced ones are refused.
[MQTT-3.1.4-1] [MQTT-2.2.2-1] [MQTT-4.13.1-1]  PITFALLS 1 row 12; BEHAVIOUR 12.B row 19"""
from lib import Client, connect, packets as p

VALID = {
    "session_expiry_interval": 10, "receive_maximum": 5, "maximum_packet_size": 1000, "topic_alias_maximum": 4,
    "request_response_information": 1, "request_problem_information": 0,
    "user_property": [("a", "1"), ("a", "1"), ("", "")],
}
MISPLACED = {
    "payload_format_indicator": 1, "message_expiry_interval": 1, "content_type": "c", "response_topic": "r",
    "correlation_data": b"d", "subscription_identifier": 1, "assigned_client_identifier": "i", "server_keep_alive": 1,
    "will_delay_interval": 1, "response_information": "r", "server_reference": "s", "reason_string": "s",
    "topic_alias": 1, "maximum_qos": 1, "retain_available": 1, "wildcard_subscription_available": 1,
    "subscription_identifier_available": 1, "shared_subscription_available": 1,
}


def refused(broker, properties, what, *reasons, **arguments):
    client = Client(broker)
    client.name = what
    client.send(p.connect("x", properties=properties, **arguments))
    client.expect_invalid(*(reasons or (0x81, 0x82)))


def test_all_valid(broker):
    connect(broker, "x", properties=VALID).ping()


def test_each_twice(broker):
    for name, value in VALID.items():
        if name != "user_property":
            refused(broker, [(name, value), (name, value)], f"{name} twice", 0x81, 0x82)
    for name, value in (("authentication_method", "m"), ("authentication_data", b"d")):
        refused(broker, [("authentication_method", "m"), (name, value), (name, value)], f"{name} twice",
                0x81, 0x82, 0x8C)


def test_misplaced(broker):
    for name, value in MISPLACED.items():
        refused(broker, {name: value}, f"{name} in CONNECT")


def test_unknown_identifier(broker):
    for identifier in (b"\x00\x00", b"\x04\x00", b"\x7f\x00", b"\xa6\x01\x00", b"\x80\x80\x80\x80\x01"):
        refused(broker, identifier, f"property {identifier.hex()}")


def test_illegal_values(broker):
    refused(broker, {"receive_maximum": 0}, "receive maximum 0")
    refused(broker, {"maximum_packet_size": 0}, "maximum packet size 0")
    for name in ("request_response_information", "request_problem_information"):
        refused(broker, {name: 2}, f"{name} 2")
    refused(broker, {"authentication_data": b"d"}, "authentication data without method")
    refused(broker, {"user_property": [(b"\xff", "v")]}, "ill-formed user property")


def test_will_properties(broker):
    """PITFALLS 3 absent optional field: the will's own property block has its own rules."""
    for name, value in (("session_expiry_interval", 1), ("topic_alias", 1), ("reason_string", "s")):
        refused(broker, None, f"{name} in will", will=p.will(properties={name: value}))
    for name, value in (("will_delay_interval", 1), ("payload_format_indicator", 1), ("message_expiry_interval", 1),
                        ("content_type", "c"), ("response_topic", "r"), ("correlation_data", b"d")):
        refused(broker, None, f"will {name} twice", will=p.will(properties=[(name, value)] * 2))
    refused(broker, None, "payload format 2", will=p.will(properties={"payload_format_indicator": 2}))


def test_property_length_lies(broker):
    good = p.properties_block({"receive_maximum": 5})
    for length in (b"\x01", b"\x04", b"\x7f", b"\xff\xff\xff\x7f", b"\x80\x80\x80\x80\x01", b"\xff"):
        body = p.string("MQTT") + b"\x05\x02\x00\x3c" + length + good[1:] + p.string("x")
        client = Client(broker)
        client.send(p.raw(0x10, body))
        client.expect_invalid(0x81, 0x82)
