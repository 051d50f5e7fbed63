"""An integer that a peer wrote in more bytes than needed is either understood or malformed, never misread.
[MQTT-1.5.5-1]"""
from lib import connect, packets as p


def test_long_form(broker):
    client = connect(broker, "sub")
    client.subscribe("long/form")
    for data in (p.raw(0x30, p.string("long/form") + b"\x00x", remaining=b"\x8d\x80\x00"),
                 p.raw(0x30, p.string("long/form") + b"\x80\x00x")):
        sender = connect(broker, "pub")
        sender.send(data + p.pingreq())
        packet = sender.next_packet()
        if packet.type == "PINGRESP":
            client.receive("long/form", b"x")
        else:
            assert packet.type == "DISCONNECT" and packet.reason == 0x81, packet
    client.ping()
