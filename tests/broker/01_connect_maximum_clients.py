"""limits.maximum_clients: one more is refused with 0x89 (v3: 3); a reconnect of a known id is no further client.
[MQTT-3.1.4-2] [MQTT-3.2.2-7] [MQTT-3.1.1: 3.2.2-5]"""
from lib import Client, connect, packets as p

config = dict(limits={"maximum_clients": 3})


def test_full(broker):
    clients = [connect(broker, f"c{number}") for number in range(3)]
    for version in (3, 4, 5):
        extra = Client(broker, version)
        extra.send(p.connect("extra", version=version))
        extra.expect_refused(0x89, v3=3)
    again = connect(broker, "c1")
    clients[1].expect_disconnect(0x8E)
    for client in (clients[0], again, clients[2]):
        client.ping()
    clients[0].disconnect()
    connect(broker, "c3").ping()
