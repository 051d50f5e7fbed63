"""CONNACK announces the server's limits, and only what differs from the standard's defaults needs to be there.
[MQTT-3.2.2-9] [MQTT-3.2.2-22]  BEHAVIOUR 12.B row 20, row 21"""
from lib import Broker, connect


def test_defaults(broker):
    found = connect(broker, "x").connack.properties
    assert found.get("receive_maximum", 65535) == 1024, found
    assert found["maximum_packet_size"] == 1 << 20, found
    assert found["topic_alias_maximum"] == 1024, found
    assert found.get("maximum_qos", 2) == 2
    for name in ("retain_available", "wildcard_subscription_available", "subscription_identifier_available",
                 "shared_subscription_available"):
        assert found.get(name, 1) == 1, found
    for name in ("session_expiry_interval", "server_keep_alive", "response_information", "server_reference",
                 "assigned_client_identifier", "authentication_method", "reason_string"):
        assert name not in found, found


def test_maximum_qos_2_is_not_announced(broker):
    """Maximum QoS may only be 0 or 1 (3.2.2.3.4)."""
    assert "maximum_qos" not in connect(broker, "x").connack.properties


def test_configured():
    limits = {"receive_maximum": 7, "maximum_packet_size": "2 KiB", "topic_alias_maximum": 3, "maximum_qos": 1,
              "retain_available": False, "wildcard_sub_available": False, "sub_id_available": False,
              "shared_sub_available": False}
    with Broker(limits=limits) as broker:
        found = connect(broker, "x").connack.properties
        assert found == {"receive_maximum": 7, "maximum_packet_size": 2048, "topic_alias_maximum": 3, "maximum_qos": 1,
                         "retain_available": 0, "wildcard_subscription_available": 0,
                         "subscription_identifier_available": 0, "shared_subscription_available": 0}, found


def test_no_alias():
    with Broker(limits={"topic_alias_maximum": 0, "receive_maximum": 65535}) as broker:
        found = connect(broker, "x").connack.properties
        assert found.get("topic_alias_maximum", 0) == 0 and found.get("receive_maximum", 65535) == 65535, found


def test_v3_gets_none(broker):
    for version in (3, 4):
        assert connect(broker, "x", version=version).connack.wire == b"\x20\x02\x00\x00"
