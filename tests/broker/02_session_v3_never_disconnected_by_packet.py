"""A v3 client never gets a DISCONNECT packet, whatever happens: the connection is just closed.
[MQTT-3.1.1: 4.8.0-1] [MQTT-3.1.1: 3.1.4-2]  BEHAVIOUR 12.B row 23"""
from lib import connect, packets as p

ERRORS = {
    "reserved type": b"\x00\x00", "AUTH": b"\xf0\x00", "QoS 3": b"\x36\x05\x00\x01t\x00\x01",
    "empty SUBSCRIBE": b"\x82\x00",
    "wildcard topic": p.publish("a/#", version=4), "packet id 0": p.publish("t", qos=1, packet_id=0, version=4),
    "second CONNECT": p.connect("x", version=4), "CONNACK": b"\x20\x02\x00\x00", "too large": b"\x30\xff\xff\xff\x7f",
    "SUBSCRIBE flags": b"\x80\x06\x00\x01\x00\x01t\x00", "no filter": b"\x82\x02\x00\x01",
}


def test_errors(broker):
    for version in (3, 4):
        for name, data in ERRORS.items():
            client = connect(broker, "x", version=version)
            client.name = name
            client.send(data)
            client.expect_closed()


def test_keepalive(broker):
    clients = [connect(broker, f"k{version}", version=version, keepalive=1) for version in (3, 4)]
    for client in clients:
        client.expect_closed(deadline_s=6)
