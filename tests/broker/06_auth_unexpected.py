"""AUTH on a connection that was made without an authentication method is a protocol error.
[MQTT-4.12.0-6] [MQTT-4.12.0-7] [MQTT-4.12.1-1] [MQTT-3.15.2-1]  BEHAVIOUR 12.B row 29"""
from lib import connect, packets as p


def test_auth(broker):
    for data in (p.auth(0x18), p.auth(0x19), p.auth(0x00), p.auth(),
                 p.auth(0x19, {"authentication_method": "M"}),
                 p.auth(0x18, {"authentication_method": "M", "authentication_data": b"d"})):
        client = connect(broker, "x")
        client.name = data.hex(" ")
        client.send(data)
        client.expect_disconnect(0x82)
