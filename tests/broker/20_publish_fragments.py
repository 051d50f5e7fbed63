"""Packets do not align with what the network hands over: single bytes, several packets at once, cuts anywhere.
[MQTT-4.2.0-1] [MQTT-3.1.1: 7.1.1-1]"""
from lib import Client, connect, packets as p


def test_byte_by_byte(broker):
    for version in (3, 4, 5):
        client = Client(broker, version)
        stream = p.connect("bytes", version=version) + p.subscribe(1, ["frag/#"], version)
        stream += p.publish("frag/1", b"payload", qos=1, packet_id=5, version=version) + p.pingreq()
        for byte in stream:
            client.send(bytes([byte]))
        client.expect("CONNACK", reason=0)
        client.expect("SUBACK", packet_id=1)
        kinds = {client.next_packet().type for _ in range(3)}
        assert kinds == {"PUBLISH", "PUBACK", "PINGRESP"}, kinds
        client.disconnect()


def test_many_at_once_with_cuts(broker):
    client = connect(broker, "cuts")
    client.subscribe("frag/#")
    stream = b"".join(p.publish("frag/x", b"%d" % number) for number in range(300))
    for start in range(0, len(stream), 131):
        client.send(stream[start:start + 131])
    for number in range(300):
        client.receive("frag/x", b"%d" % number)
