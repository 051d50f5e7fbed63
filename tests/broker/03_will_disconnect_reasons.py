"""DISCONNECT with any reason but 0x00 leaves the will to be published.
[MQTT-3.1.2-8] [MQTT-3.14.4-3] [MQTT-3.14.2-1]  BEHAVIOUR 12.B row 10"""
from lib import connect, packets as p

REASONS = (0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99)


def test_reasons(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    for reason in REASONS:
        for properties in (None, {}, {"reason_string": "why"}):
            payload = f"{reason:x} {properties}".encode()
            connect(broker, "x", will=p.will("will/x", payload)).disconnect(reason, properties)
            watcher.receive("will/x", payload)


def test_reasons_of_a_server(broker):
    """A client must not use these: a protocol error, so the will goes out as well."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("will/#")
    for reason in (0x01, 0x87, 0x8B, 0x8D, 0x8E, 0x9D, 0xFF):
        client = connect(broker, "x", will=p.will("will/x", b"%d" % reason))
        client.send(p.disconnect(reason))
        packet = client.next_packet()
        if packet is not None:
            assert packet.type == "DISCONNECT" and packet.reason in (0x81, 0x82), packet
            client.expect_closed()
        watcher.receive("will/x", b"%d" % reason)
