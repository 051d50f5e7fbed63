"""UNSUBSCRIBE with wrong flags, without filter, with identifier 0, cut short or ill-formed ends the connection.
[MQTT-3.10.1-1] [MQTT-3.10.3-1] [MQTT-3.10.3-2] [MQTT-2.1.3-1] [MQTT-2.2.1-3] [MQTT-3.1.1: 3.10.1-1]
[MQTT-3.1.1: 3.10.3-1] [MQTT-3.1.1: 3.10.3-2] [MQTT-3.1.1: 2.2.2-2] [MQTT-3.1.1: 2.3.1-1]"""
from lib import connect, packets as p


def test_malformed(broker):
    for version in (3, 4, 5):
        good = p.unsubscribe(1, ["a/b"], version)
        faults = [bytes([0xA0 | flags]) + good[1:] for flags in (0, 1, 3, 6, 15)]
        for packet_id, filters in ((1, []), (0, ["a"]), (1, [b"\xff"]), (1, ["a", b"\x00"])):
            faults.append(p.unsubscribe(packet_id, filters, version))
        faults += [p.raw(0xA2, good[2:2 + length]) for length in range(len(good) - 2)]
        for data in faults:
            client = connect(broker, "sub", version=version)
            client.send(data)
            client.expect_disconnect(0x81, 0x82)


def test_invalid_filter(broker):
    client = connect(broker, "sub")
    client.send(p.unsubscribe(7, ["a#"]))
    ack = client.expect("UNSUBACK", packet_id=7)
    assert ack.reasons[0] in (0x11, 0x8F), ack
