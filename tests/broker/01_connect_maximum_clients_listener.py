"""A listener's own maximum_clients holds for that listener alone, and those it refused take no place.
[MQTT-3.1.4-2]"""
from lib import Client, connect, packets as p

config = dict(listeners=[{"id": "small", "maximum_clients": 2}, {"id": "large"}])


def refused(broker, client_id):
    """Left open by this side: the server alone decides when it is over."""
    client = Client(broker, 5, "small")
    client.send(p.connect(client_id))
    client.expect("CONNACK", reason=0x89)
    return client


def test_listener_full(broker):
    first, second = (connect(broker, f"s{number}", listener="small") for number in range(2))
    others = [connect(broker, f"l{number}", listener="large") for number in range(5)]
    refused(broker, "extra").expect_closed()
    for client in [first, second, *others]:
        client.ping()
    first.disconnect()
    third = connect(broker, "s2", listener="small")
    third.ping()
    connect(broker, "l5", listener="large").ping()
    for client in (second, third):
        client.disconnect()


def test_refused_take_no_place(broker):
    first, second = (connect(broker, f"r{number}", listener="small") for number in range(2))
    extras = [refused(broker, f"extra{number}") for number in range(4)]
    first.disconnect()
    connect(broker, "r2", listener="small").ping()
    second.ping()
    for extra in extras:
        extra.expect_closed()
