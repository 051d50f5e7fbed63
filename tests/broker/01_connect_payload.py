"""The CONNECT payload holds exactly the fields that the flags announce.
[MQTT-2.2.2-1] [MQTT-3.1.2-9] [MQTT-3.1.2-16] [MQTT-3.1.2-17] [MQTT-3.1.2-18] [MQTT-3.1.2-19] [MQTT-3.1.3-1]
[MQTT-3.1.4-1]
[MQTT-3.1.1: 3.1.2-9] [MQTT-3.1.1: 3.1.2-18] [MQTT-3.1.1: 3.1.2-19] [MQTT-3.1.1: 3.1.2-20] [MQTT-3.1.1: 3.1.2-21]
[MQTT-3.1.1: 3.1.3-1] [MQTT-3.1.1: 3.1.4-1]"""
from lib import Client, check_serving, connect, packets as p

FULL = dict(username="u", password=b"p", will=p.will("of-full", b"m", 1))


def refused(broker, version, data, what):
    client = Client(broker, version)
    client.name = f"{what} v{version}"
    client.send(data)
    client.expect_invalid(0x81, 0x82)


def test_flag_without_field(broker):
    for version in (3, 4, 5):
        for flags in (0x06, 0xC6) if version == 3 else (0x82, 0xC2, 0x06, 0xC6):
            refused(broker, version, p.connect("x", version=version, flags=flags), f"flags {flags:#x} without fields")


def test_mqtt_31_flag_without_login(broker):
    """MQTT 3.1, 3.1: the user name and the password may be missing whatever the flags say."""
    for flags, fields in ((0x82, {}), (0xC2, {}), (0xC2, {"username": "u"})):
        client = Client(broker, 3)
        client.send(p.connect("x", version=3, flags=flags, **fields))
        client.expect("CONNACK", reason=0)
        client.close()


def test_field_without_flag(broker):
    for version in (3, 4, 5):
        refused(broker, version, p.connect("x", version=version, username="u", flags=0x02), "username without flag")
        refused(broker, version, p.connect("x", version=version, will=p.will(), flags=0x02), "will without flag")


def test_truncated_at_every_byte(broker):
    """Whatever is missing at the end: never accepted, and the broker goes on. MQTT 3.1 may leave out whole fields of
    the login."""
    for version in (3, 4, 5):
        body = p.connect("client", version=version, **FULL)[2:]
        login = len(p.binary(FULL["username"])), len(p.binary(FULL["password"]))
        whole = (len(body) - sum(login), len(body) - login[1]) if version == 3 else ()
        for cut in set(range(len(body))) - set(whole):
            client = Client(broker, version)
            client.name = f"cut at {cut} v{version}"
            client.send(p.raw(0x10, body[:cut]))
            packet = client.next_packet()
            assert packet is None or (packet.type == "CONNACK" and packet.reason), packet
            if packet is not None:
                client.expect_closed()
            client.close()
    check_serving(broker)


def test_every_subset_of_fields(broker):
    """With and without each optional field."""
    for version in (3, 4, 5):
        for bits in range(8):
            chosen = {name: value for at, (name, value) in enumerate(FULL.items()) if bits >> at & 1}
            if version < 5 and "password" in chosen and "username" not in chosen:
                continue
            connect(broker, "subset", version=version, **chosen).disconnect()


def test_split_into_single_bytes(broker):
    client = Client(broker)
    data = p.connect("bytewise", **FULL)
    for at in range(len(data)):
        client.send(data[at:at + 1])
    client.expect("CONNACK", reason=0)


def test_empty_username_password_and_will_payload(broker):
    """All legal at zero length. BEHAVIOUR 12.B row 25"""
    for version in (3, 4, 5):
        watcher = connect(broker, "watcher", version=version)
        watcher.subscribe("w")
        client = connect(broker, "x", version=version, username="", password=b"", will=p.will("w", b""))
        client.close()
        watcher.receive("w", b"")
