"""read, write, readwrite and deny, at every QoS and version: a refused publish reaches nobody and is told to v5.
[MQTT-3.9.3-1] [MQTT-3.1.1: 3.3.5-2] [MQTT-3.1.1: 3.8.4-5]  BEHAVIOUR 12.A row 3; BEHAVIOUR 12.B row 6"""
from lib import connect, ledger, packets as p

config = dict(plugins=[ledger(auth=[{"allow": True}], acl=[
    {"client": "watcher", "filters": [{"filter": "#", "access": "readwrite"}]},
    {"filters": [{"filter": "r", "access": "read"}, {"filter": "w", "access": "write"},
                 {"filter": "rw", "access": "readwrite"}, {"filter": "d", "access": "deny"},
                 {"filter": "barrier/#", "access": "readwrite"}]}])])


def test_subscribe(broker):
    for version in (3, 4, 5):
        bad = 0x87 if version == 5 else 0x80
        client = connect(broker, "x", version=version)
        client.subscribe("r", "w", "rw", "d", "other", expect=[0, bad, 0, bad, bad])


def test_publish_v5(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#", qos=2)
    client = connect(broker, "x")
    for qos in (0, 1, 2):
        for topic in ("r", "d", "other"):
            client.publish(topic, b"no", qos=qos, retain=True, **({} if qos == 0 else {"expect": 0x87}))
        for topic in ("w", "rw"):
            client.publish(topic, b"yes", qos=qos)
            watcher.receive(topic, b"yes", qos=qos)
    watcher.expect_nothing(after=client)
    late = connect(broker, "watcher")
    late.subscribe("#")
    late.ping()


def test_publish_v3(broker):
    """There is no code for it: acknowledged or closed, and never delivered."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("#", qos=2)
    for version in (3, 4):
        for qos in (0, 1, 2):
            client = connect(broker, "x", version=version)
            client.send(p.publish("d", b"no", qos, version=version, packet_id=5 if qos else None))
            packet = client.next_packet() if qos else None
            assert packet is None or packet.type == ("PUBACK" if qos == 1 else "PUBREC"), packet
    watcher.expect_nothing(after=connect(broker, "other"))


def test_packet_id_is_free_after_a_refused_qos2(broker):
    """A PUBREC with an error ends the exchange: the id may be used again at once."""
    client = connect(broker, "x")
    for _ in range(3):
        client.publish("d", b"no", qos=2, expect=0x87, packet_id=7)
    client.publish("w", b"yes", qos=2, packet_id=7)
