"""No packet is larger than the client's Maximum Packet Size: reason strings are left out before that.
[MQTT-3.14.2-2] [MQTT-3.1.2-24] [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.14.2-1] [MQTT-3.14.2-3] [MQTT-3.14.2-4]
[MQTT-3.9.2-1] [MQTT-3.4.2-2] [MQTT-3.11.2-1]"""
from lib import Broker, Client, allow_all, connect, packets as p


def test_disconnect(broker):
    for size in (4, 5, 6, 8, 10, 20, 30, 50, 100):
        client = Client(broker)
        client.send(p.connect("x", properties={"maximum_packet_size": size}) + b"\x82\x00")
        while (packet := client.next_packet()) is not None:
            assert len(packet.wire) <= size, f"{packet} of {len(packet.wire)} bytes, limit {size}"
            if packet.type == "DISCONNECT":
                assert packet.reason in (0x81, 0x82), packet


def test_nothing_comes_before_connack(broker):
    """Where CONNACK does not fit there is no session; what may be left out of it is.  [MQTT-3.2.0-1]"""
    for size in range(1, 40):
        client = Client(broker)
        client.send(p.connect("", properties={"maximum_packet_size": size}) + p.subscribe(1, ["a"]) + p.pingreq())
        first = client.next_packet()
        if first is None:
            assert size < 5, size
            continue
        assert first.type == "CONNACK" and len(first.wire) <= size, (size, first)
        if first.reason == 0:
            client.expect("SUBACK")
            client.close()
        else:
            assert first.reason == 0x95, first
            client.expect_closed()


def test_response_information_is_left_out():
    with Broker(limits={"response_information": "replies/" + "x" * 100}) as broker:
        asks = {"request_response_information": 1}
        assert "response_information" in connect(broker, "a", properties=asks).connack.properties
        found = connect(broker, "a", properties={**asks, "maximum_packet_size": 50}).connack
        assert "response_information" not in found.properties, found


def test_before_connack():
    with Broker(plugins=[{"name": "authenticator"}, allow_all()]) as broker:
        client = Client(broker)
        client.send(p.connect("a", properties={"authentication_method": "echo", "maximum_packet_size": 10}))
        packet = client.expect("CONNACK", reason=0x95)
        assert len(packet.wire) <= 10, packet
        client.expect_closed()


def test_topic_aliases_count(broker):
    """An alias takes three bytes, and one more of each of the two lengths."""
    topic = "t/alias"
    for remaining in (16378, 16380, 16381, 16383):
        properties = 126  # one below what a length of one byte tells
        payload = b"x" * (remaining - 2 - len(topic) - 1 - properties)
        for room in range(7):
            size = 1 + 2 + remaining + room
            subscriber = connect(broker, "s", properties={"maximum_packet_size": size, "topic_alias_maximum": 5})
            subscriber.subscribe(topic)
            publisher = connect(broker, "p")
            publisher.send(p.publish(topic, payload, properties={"user_property": [("k", "v" * 120)]}))
            publisher.ping()
            message = subscriber.expect("PUBLISH")
            assert len(message.wire) <= size, (len(message.wire), size)
            assert room < 5 or "topic_alias" in message.properties, (room, message)
            subscriber.disconnect()


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
