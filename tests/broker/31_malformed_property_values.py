"""Property values out of their range: a boolean above 1, session expiry on a DISCONNECT that raises it from 0.
[MQTT-4.13.1-1]
BEHAVIOUR 12.B row 19"""
from lib import connect, packets as p


def test_values(broker):
    for data in (p.publish("a", b"", properties={"payload_format_indicator": 2}),
                 p.publish("a", b"", properties={"payload_format_indicator": 255}),
                 p.disconnect(0, {"session_expiry_interval": 10})):
        client = connect(broker, "value")
        client.send(data)
        client.expect_disconnect(0x81, 0x82)
