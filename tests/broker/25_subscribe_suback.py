"""SUBACK has the identifier of its SUBSCRIBE and one code a filter, in order: the granted QoS.
[MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] [MQTT-3.9.3-2]
[MQTT-2.2.1-6] [MQTT-3.1.1: 3.8.4-1] [MQTT-3.1.1: 3.8.4-2] [MQTT-3.1.1: 3.8.4-4] [MQTT-3.1.1: 3.8.4-5]
[MQTT-3.1.1: 3.9.3-1] [MQTT-3.1.1: 3.9.3-2] [MQTT-3.1.1: 2.3.1-7]"""
from lib import connect, packets as p


def test_codes_in_order(broker):
    for version in (3, 4, 5):
        client = connect(broker, "sub", version=version)
        for packet_id in (1, 2, 65535):
            client.send(p.subscribe(packet_id, [("a", 0), ("b", 1), ("c", 2), ("a/#", 2), ("+/x", 1)], version))
            client.expect("SUBACK", packet_id=packet_id, reasons=[0, 1, 2, 2, 1])
        client.disconnect()


def test_failures_keep_their_place(broker):
    for version in (3, 4, 5):
        client = connect(broker, "sub", version=version)
        failed = 0x8F if version == 5 else 0x80
        client.subscribe(("good/1", 1), ("bad#", 2), ("good/2", 2), ("bad+/x", 0), ("good/3", 0),
                         expect=[1, failed, 2, failed, 0])
        publisher = connect(broker, "pub")
        for number, qos in ((1, 1), (2, 2), (3, 0)):
            publisher.publish(f"good/{number}", b"x", qos=2)
            client.receive(f"good/{number}", b"x", qos=qos)
        client.disconnect()


def test_thousand_filters(broker):
    client = connect(broker, "sub")
    client.subscribe(*[(f"many/{number}", number % 3) for number in range(1000)])
    client.publish("many/999", b"x")
    client.receive("many/999", b"x")
