"""Wrong reserved flags of the fixed header close the connection, v5 with 0x81; so does packet type 0, and AUTH from
v3.
[MQTT-2.1.3-1] [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1] [MQTT-4.13.1-1]
[MQTT-3.1.1: 2.2.2-1] [MQTT-3.1.1: 2.2.2-2] [MQTT-3.1.1: 3.6.1-1] [MQTT-3.1.1: 3.8.1-1] [MQTT-3.1.1: 3.10.1-1]
[MQTT-3.1.1: 3.14.1-1]
BEHAVIOUR 12.B row 36"""
from lib import connect, packets as p


def test_flags(broker):
    for version in (3, 4, 5):
        good = {0: [p.puback(1), p.pubrec(1), p.pubcomp(1), p.pingreq(), p.disconnect(version=version)],
                2: [p.pubrel(1), p.subscribe(1, ["a"], version), p.unsubscribe(1, ["a"], version)]}
        if version == 5:
            good[0].append(p.auth(0x19, {"authentication_method": "m"}))
        for right, packets in good.items():
            for packet in packets:
                for flags in (0, 1, 2, 4, 8, 15):
                    if flags == right:
                        continue
                    client = connect(broker, "flags", version=version)
                    client.send(bytes([packet[0] & 0xF0 | flags]) + packet[1:])
                    client.expect_disconnect(0x81)


def test_type_zero_and_auth_of_v3(broker):
    for version in (3, 4, 5):
        client = connect(broker, "type", version=version)
        client.send(p.raw(0x00))
        client.expect_disconnect(0x81, 0x82)
    for version in (3, 4):
        client = connect(broker, "type", version=version)
        client.send(p.raw(0xF0))
        client.expect_closed()
