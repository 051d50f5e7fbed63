"""/metrics says of each listener who is on it and who came, and how TLS handshakes ended."""
import ssl
import time

from lib import authority, client_tls, connect, packets as p, scaled, websocket as ws
from lib.client import Client
from lib.prometheus import grown, metrics

config = dict(listeners=[{"id": "tcp"}, {"id": "tls", "tls": authority().listener()}, {"id": "ws", "type": "ws"},
                         {"id": "http", "type": "http"}])
KINDS = ("tcp", "tls", "ws")
NAMES = {
    **{f"{kind}_clients": f'grapnel_listener_clients{{listener="{kind}"}}' for kind in KINDS},
    **{f"{kind}_came": f'grapnel_listener_connections_total{{listener="{kind}"}}' for kind in KINDS},
    "handshakes": 'grapnel_tls_handshakes_total{result="ok"}',
    "handshakes_failed": 'grapnel_tls_handshakes_total{result="failed"}',
}


def wait_for(broker, before, **wanted):
    """Until these have grown so much: a connection that ends here is closed there a little later."""
    wanted = {name: amount for name, amount in wanted.items() if amount}
    deadline = time.monotonic() + scaled(10)
    while True:
        changed = grown(before, metrics(broker))
        found = {key: changed.get(name, 0) for key, name in NAMES.items()}
        if {key: amount for key, amount in found.items() if amount} == wanted:
            return
        assert time.monotonic() < deadline, (found, wanted)


def test_clients_and_handshakes(broker):
    before = metrics(broker)
    clients = [connect(broker, f"tcp{number}") for number in range(3)]
    clients.append(connect(broker, "tls", listener="tls", tls=client_tls()))
    clients.append(ws.connect(broker, "ws"))
    came = dict(tcp_came=3, tls_came=1, ws_came=1, handshakes=1)
    wait_for(broker, before, tcp_clients=3, tls_clients=1, ws_clients=1, **came)
    for client in clients:
        client.disconnect()
    wait_for(broker, before, **came)
    stranger = Client(broker, listener="tls")
    stranger.send(p.connect("plain"))
    stranger.expect_closed()
    stranger.close()
    came["tls_came"] += 1
    wait_for(broker, before, **came, handshakes_failed=1)
    distrusts(broker)
    came["tls_came"] += 1
    wait_for(broker, before, **came, handshakes_failed=2)


def distrusts(broker):
    stranger = {"context": ssl.create_default_context(), "server_hostname": "localhost"}
    try:
        connect(broker, "x", listener="tls", tls=stranger)
    except ssl.SSLError:
        return
    raise AssertionError("trusted")
