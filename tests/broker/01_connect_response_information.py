"""Response Information comes if asked for and configured, as prefix + client id.
[MQTT-3.1.2-28]"""
from lib import Broker, connect

ASK = {"request_response_information": 1}


def test_nothing_configured(broker):
    assert "response_information" not in connect(broker, "x", properties=ASK).connack.properties


def test_configured():
    with Broker(limits={"response_information": "reply/"}) as broker:
        asked = connect(broker, "x", properties=ASK)
        assert asked.connack.properties["response_information"] == "reply/x", asked.connack
        for properties in (None, {"request_response_information": 0}):
            other = connect(broker, "y", properties=properties)
            assert "response_information" not in other.connack.properties, other.connack


def test_always():
    with Broker(limits={"response_information": "reply/"},
                compatibility={"always_return_response_info": True}) as broker:
        assert connect(broker, "x").connack.properties["response_information"] == "reply/x"
