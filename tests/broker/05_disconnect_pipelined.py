"""What came before a malformed packet in the same bytes is handled and answered; the DISCONNECT comes last.
[MQTT-4.13.1-1] [MQTT-3.14.4-1]"""
from lib import Client, connect, packets as p


def test_answers_come_first(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("t", qos=1)
    client = connect(broker, "x")
    client.send(p.subscribe(1, ["none"]) + p.publish("t", b"1", 1, packet_id=2) + p.pingreq() + b"\x82\x00"
                + p.publish("t", b"2", 1, packet_id=3))
    client.expect("SUBACK", packet_id=1)
    client.expect("PUBACK", packet_id=2)
    client.expect("PINGRESP")
    client.expect_disconnect(0x81, 0x82)
    watcher.receive("t", b"1", qos=1)
    watcher.expect_nothing(after=connect(broker, "other"))


def test_one_write_of_everything(broker):
    """A whole life in one segment."""
    client = Client(broker)
    client.send(p.connect("y") + p.subscribe(1, ["own"]) + p.publish("own", b"me") + p.pingreq()
                + p.unsubscribe(2, ["own"]) + p.disconnect())
    client.expect("CONNACK", reason=0)
    client.expect("SUBACK", packet_id=1)
    rest = []
    while (packet := client.next_packet()) is not None:
        rest.append(packet.type)
    assert sorted(rest) == ["PINGRESP", "PUBLISH", "UNSUBACK"], rest
