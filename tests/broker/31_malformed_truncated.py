"""Every packet cut at every byte, its remaining length made to fit: an error code of the standard and a close, never
a hang, and nobody else is hurt.
[MQTT-4.13.1-1] [MQTT-4.13.2-1] [MQTT-3.1.1: 4.8.0-1]
PITFALLS 3 truncated lengths"""
from lib import connect, packets as p

ALL = {"user_property": [("k", "v")]}


def packets_of(version):
    v5 = version == 5
    yield p.publish("t/x", b"", qos=1, packet_id=3, version=version, properties={
        **ALL, "content_type": "c", "message_expiry_interval": 9, "topic_alias": 2} if v5 else None)
    yield p.subscribe(3, ["a/b"], version, {**ALL, "subscription_identifier": 200} if v5 else None)
    yield p.unsubscribe(3, ["a/b"], version, ALL if v5 else None)
    for build in (p.puback, p.pubrec, p.pubrel, p.pubcomp):
        yield build(3, 0 if v5 else None, {**ALL, "reason_string": "r"} if v5 else None, version)
    if v5:
        yield p.disconnect(0, {**ALL, "session_expiry_interval": 0})


def legal_when_cut(packet, length, version):
    """Whether the first bytes are a packet of their own: payload may end anywhere, v5 tails may be left out."""
    kind = packet[0] >> 4
    if kind == p.PUBLISH:
        return length >= len(packet) - 2
    if kind in (p.PUBACK, p.PUBREC, p.PUBREL, p.PUBCOMP):
        return length in (2, 3)
    return kind == p.DISCONNECT and length in (0, 1)


def test_every_byte(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    for version in (3, 4, 5):
        for packet in packets_of(version):
            for length in range(len(packet) - 2):
                if legal_when_cut(packet, length, version):
                    continue
                client = connect(broker, "cut", version=version)
                client.send(p.raw(packet[0], packet[2:2 + length]))
                client.expect_disconnect(0x81, 0x82)
    watcher.ping()
