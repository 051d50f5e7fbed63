"""Ill-formed UTF-8 and U+0000 in client id, user name and will topic are malformed; a BOM is kept.
[MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.4-3] [MQTT-3.1.3-4] [MQTT-3.1.3-11] [MQTT-3.1.3-12]
[MQTT-3.1.1: 1.5.3-1] [MQTT-3.1.1: 1.5.3-2] [MQTT-3.1.1: 1.5.3-3] [MQTT-3.1.1: 3.1.3-4] [MQTT-3.1.1: 3.1.3-10]
[MQTT-3.1.1: 3.1.3-11]"""
from lib import Client, connect, packets as p

BAD = [b"a\x00b", b"\xc0\x80", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xc1\xbf", b"\x80"]


def test_bad_strings(broker):
    for version in (3, 4, 5):
        for bad in BAD:
            for arguments in ({"client_id": bad}, {"client_id": "x", "username": bad},
                              {"client_id": "x", "will": p.will(topic=bad)}):
                client = Client(broker, version)
                client.name = f"{arguments} v{version}"
                client.send(p.connect(version=version, **arguments))
                packet = client.next_packet()
                if packet is not None:
                    assert packet.type == "CONNACK" and packet.reason in (2, 0x81, 0x82, 0x85, 0x90), packet
                    client.expect_closed()


def test_password_is_binary(broker):
    for version in (3, 4, 5):
        connect(broker, "x", version=version, username="u", password=b"\x00\xff\xc0").ping()


def test_bom_is_kept(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("#")
    connect(broker, "x", will=p.will("\ufefftopic", b"1")).close()
    watcher.receive("\ufefftopic", b"1")
