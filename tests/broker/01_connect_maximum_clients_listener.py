"""A listener's own maximum_clients holds for that listener alone, and those it refused take no place.
[MQTT-3.1.4-2]"""
from lib import Broker, Client, allow_all, connect, packets as p

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


def test_a_takeover_needs_no_further_place(broker):
    clients = [connect(broker, f"t{number}", listener="small") for number in range(2)]
    for _ in range(3):
        again = connect(broker, "t0", listener="small")
        clients[0].expect_disconnect(0x8E)
        clients[0] = again
    refused(broker, "extra").expect_closed()
    for client in clients:
        client.ping()
        client.disconnect()


def test_a_takeover_from_another_listener_does(broker):
    clients = [connect(broker, f"n{number}", listener="small") for number in range(2)]
    elsewhere = connect(broker, "e", listener="large")
    refused(broker, "e").expect_closed()
    for client in [elsewhere, *clients]:
        client.ping()
    clients[0].disconnect()
    moved = connect(broker, "e", listener="small")
    elsewhere.expect_disconnect(0x8E)
    moved.ping()


def test_a_takeover_that_becomes_none_needs_a_place():
    """A plugin gives the client another id than the one that CONNECT had."""
    with Broker(plugins=[{"name": "renames"}, allow_all()], listeners=config["listeners"]) as broker:
        clients = [connect(broker, f"b{number}", listener="small") for number in range(2)]
        for name in ("nobody", "away"):
            client = Client(broker, 5, "small")
            client.send(p.connect("b0", username=name))
            client.expect_refused(0x89)
            if name == "nobody":
                connect(broker, "away", listener="large")
        connect(broker, "nobody", username="b1", listener="large")
        clients[1].expect_disconnect(0x8E)
        connect(broker, "b0", username="somebody", listener="small").ping()
        clients[0].ping()
