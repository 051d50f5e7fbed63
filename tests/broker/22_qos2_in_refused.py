"""A QoS 2 PUBLISH without the right to it is refused by PUBREC 0x87, never by PUBACK, and its identifier is free at
once. A v3 client gets the ordinary handshake or a close.
[MQTT-4.3.3-9] [MQTT-3.5.2-1] [MQTT-3.1.1: 3.3.5-2]
BEHAVIOUR 12.B row 6"""
from lib import connect, ledger, packets as p

config = dict(plugins=[ledger(default="allow", auth=[{"allow": True}], acl=[
    {"filters": [{"filter": "closed/#", "access": "read"}]}])])


def test_refused_by_pubrec(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("closed/#", "open/#", qos=2)
    publisher = connect(broker, "pub", properties={"receive_maximum": 1})
    for _ in range(3):
        publisher.publish("closed/x", b"no", qos=2, packet_id=7, expect=0x87)
    publisher.publish("open/x", b"yes", qos=2, packet_id=7)
    subscriber.receive("open/x", b"yes", qos=2)
    publisher.send(p.publish("closed/x", b"no", qos=2, packet_id=8))
    publisher.expect("PUBREC", packet_id=8, reason=0x87)
    publisher.send(p.pubrel(8))
    publisher.expect("PUBCOMP", packet_id=8, reason=0x92)
    subscriber.expect_nothing(after=publisher)


def test_v3_is_acknowledged_or_closed(broker):
    subscriber = connect(broker, "sub")
    subscriber.subscribe("closed/#", qos=2)
    for qos in (1, 2):
        publisher = connect(broker, "pub", version=4)
        publisher.send(p.publish("closed/x", b"no", qos=qos, packet_id=7, version=4))
        packet = publisher.next_packet()
        assert packet is None or packet.type == ("PUBACK" if qos == 1 else "PUBREC"), packet
    subscriber.ping()
