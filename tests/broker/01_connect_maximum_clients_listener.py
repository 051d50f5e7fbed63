"""A listener's own maximum_clients holds for that listener alone.
[MQTT-3.1.4-2]"""
from lib import Client, connect, packets as p

config = dict(listeners=[{"id": "small", "maximum_clients": 2}, {"id": "large"}])


def test_listener_full(broker):
    first, second = (connect(broker, f"s{number}", listener="small") for number in range(2))
    others = [connect(broker, f"l{number}", listener="large") for number in range(5)]
    extra = Client(broker, 5, "small")
    extra.send(p.connect("extra"))
    packet = extra.next_packet()
    assert packet is None or (packet.type == "CONNACK" and packet.reason == 0x89), packet
    for client in [first, second, *others]:
        client.ping()
    first.disconnect()
    connect(broker, "s2", listener="small").ping()
    connect(broker, "l5", listener="large").ping()
