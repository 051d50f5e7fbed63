"""Every version may connect; CONNACK with 0x00 is the first packet and comes once.
[MQTT-3.1.3-2] [MQTT-3.1.3-3] [MQTT-3.1.3-5] [MQTT-3.1.4-4] [MQTT-3.1.4-5] [MQTT-3.2.0-1] [MQTT-3.2.0-2]
[MQTT-3.2.2-1] [MQTT-3.2.2-8]
[MQTT-3.1.1: 3.1.3-2] [MQTT-3.1.1: 3.1.3-3] [MQTT-3.1.1: 3.1.3-5] [MQTT-3.1.1: 3.1.4-4] [MQTT-3.1.1: 3.2.0-1]"""
from lib import connect


def test_versions(broker):
    for version in (3, 4, 5):
        client = connect(broker, f"version{version}", version=version, session=False)
        client.ping()
        client.disconnect()


def test_id_of_every_character(broker):
    """1 to 23 bytes of 0-9a-zA-Z must be accepted."""
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for version in (3, 4, 5):
        for start in range(0, len(alphabet), 23):
            connect(broker, alphabet[start:start + 23], version=version).ping()
        connect(broker, "a", version=version).ping()


def test_long_and_strange_ids(broker):
    """Longer ids, with any characters, are different clients."""
    names = ["inline", "x" * 300, "x" * 301, "a/b", "a b", "grüße", "\ufeffbom", "日本"]
    clients = [connect(broker, name, version=4 + number % 2) for number, name in enumerate(names)]
    for client in clients:
        client.ping()
