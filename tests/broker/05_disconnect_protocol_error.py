"""A packet that parses but breaks a rule is answered by DISCONNECT 0x82 (v5) and a close.
[MQTT-3.3.4-6] [MQTT-3.8.3-2] [MQTT-3.8.3-4] [MQTT-3.10.3-2] [MQTT-4.13.1-1] [MQTT-3.1.1: 3.8.3-3]
[MQTT-3.1.1: 3.10.3-2] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 3 client sends CONNACK; BEHAVIOUR 12.B row 18, row 19"""
from lib import connect, packets as p

BOTH = (0x81, 0x82)


def refused(broker, version, data, what, *reasons):
    client = connect(broker, "x", version=version)
    client.name = f"{what} v{version}"
    client.send(data)
    client.expect_disconnect(*(reasons or (0x82,)))


def test_packets_of_a_server(broker):
    for version in (3, 4, 5):
        for name, data in p.server_packets(version).items():
            refused(broker, version, data, name, *BOTH)


def test_nothing_to_subscribe(broker):
    for version in (3, 4, 5):
        refused(broker, version, p.subscribe(1, [], version), "SUBSCRIBE without filter")
        refused(broker, version, p.unsubscribe(1, [], version), "UNSUBSCRIBE without filter")


def test_subscription_identifier(broker):
    refused(broker, 5, p.subscribe(1, ["t"], properties={"subscription_identifier": 0}), "identifier 0")
    refused(broker, 5, p.subscribe(1, ["t"], properties={"subscription_identifier": [1, 2]}), "two identifiers")
    refused(broker, 5, p.publish("t", properties={"subscription_identifier": 1}), "identifier in PUBLISH")


def test_no_local_on_shared(broker):
    refused(broker, 5, p.subscribe(1, [("$share/g/t", p.options(no_local=True))]), "no local on shared")


def test_retain_handling_3(broker):
    refused(broker, 5, p.subscribe(1, [("t", p.options(retain_handling=3))]), "retain handling 3", *BOTH)


def test_duplicate_properties(broker):
    for name, value in (("payload_format_indicator", 1), ("message_expiry_interval", 1), ("content_type", "c"),
                        ("response_topic", "r"), ("correlation_data", b"d"), ("topic_alias", 1)):
        refused(broker, 5, p.publish("t", properties=[(name, value), (name, value)]), f"{name} twice")
    refused(broker, 5, p.puback(1, 0, [("reason_string", "a"), ("reason_string", "b")]), "reason string twice")
    refused(broker, 5, p.disconnect(0, [("session_expiry_interval", 0)] * 2), "session expiry twice")


def test_bad_boolean(broker):
    refused(broker, 5, p.publish("t", properties={"payload_format_indicator": 2}), "payload format 2", *BOTH)


def test_properties_of_other_packets(broker):
    for name, value in (("session_expiry_interval", 1), ("receive_maximum", 1), ("reason_string", "s"),
                        ("server_keep_alive", 1), ("maximum_qos", 1), ("will_delay_interval", 1)):
        refused(broker, 5, p.publish("t", properties={name: value}), f"{name} in PUBLISH", *BOTH)
        if name != "reason_string":
            refused(broker, 5, p.puback(1, 0, {name: value}), f"{name} in PUBACK", *BOTH)
        refused(broker, 5, p.subscribe(1, ["t"], properties={name: value}), f"{name} in SUBSCRIBE", *BOTH)
    refused(broker, 5, p.disconnect(0, {"topic_alias": 1}), "alias in DISCONNECT", *BOTH)
    refused(broker, 5, p.unsubscribe(1, ["t"], properties={"subscription_identifier": 1}), "id in UNSUBSCRIBE", *BOTH)
