"""No packet is larger than the client's Maximum Packet Size: reason strings are left out before that.
[MQTT-3.14.2-2] [MQTT-3.1.2-24] [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.14.2-1] [MQTT-3.14.2-3] [MQTT-3.14.2-4]
[MQTT-3.9.2-1] [MQTT-3.4.2-2] [MQTT-3.11.2-1]"""
from lib import Client, connect, packets as p


def test_disconnect(broker):
    for size in (4, 5, 6, 8, 10, 20, 30, 50, 100):
        client = Client(broker)
        client.send(p.connect("x", properties={"maximum_packet_size": size}) + b"\x82\x00")
        while (packet := client.next_packet()) is not None:
            assert len(packet.wire) <= size, f"{packet} of {len(packet.wire)} bytes, limit {size}"
            if packet.type == "DISCONNECT":
                assert packet.reason in (0x81, 0x82), packet


def test_disconnect_has_no_session_expiry(broker):
    """[MQTT-3.14.2-2] is held by the parser of this harness as well, everywhere."""
    client = connect(broker, "x", properties={"session_expiry_interval": 100})
    client.send(b"\x82\x00")
    assert "session_expiry_interval" not in client.expect_disconnect().properties


def test_acks(broker):
    for size in (40, 50, 60, 80):
        client = connect(broker, "x", properties={"maximum_packet_size": size})
        client.send(p.publish("t", b"x", 1, packet_id=1) + p.pubrel(9) + p.unsubscribe(2, ["none"])
                    + p.subscribe(3, ["$share//bad"]) + p.pingreq())
        while (packet := client.next_packet()) is not None and packet.type != "PINGRESP":
            assert len(packet.wire) <= size, f"{packet} of {len(packet.wire)} bytes, limit {size}"
