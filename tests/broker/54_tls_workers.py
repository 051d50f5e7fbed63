"""A TLS connection moves to the worker that its client id is at home on, with all it has, also in a take-over."""
import ssl

from lib import Broker, Client, authority, client_tls, connect, ledger, many, packets as p

config = dict(listeners=[{"id": "tls", "tls": authority().mutual(identity="cn")}],
              plugins=[ledger(default="allow", auth=[{"username": "melon", "allow": True}])])
KEEP = dict(clean=False, properties={"session_expiry_interval": 300})
VERSIONS = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2)


def test_all_at_home(broker):
    for version in VERSIONS:
        tls = client_tls(certificate="melon", version=version)
        clients = many(broker, f"{version.name}-", 12, listener="tls", tls=tls)
        for client in clients:
            client.subscribe("everyone", qos=1)
        for number, client in enumerate(clients):
            client.publish("everyone", b"%d" % number, qos=1)
        for client in clients:
            got = {client.expect("PUBLISH", topic="everyone").payload for _ in clients}
            assert got == {b"%d" % number for number in range(len(clients))}
            client.disconnect()


def test_bytes_behind_connect_move_along(broker):
    for number in range(12):
        client = connect(broker, f"sub{number}", listener="tls", tls=client_tls(certificate="melon"))
        client.subscribe("behind")
        mover = Client(broker, listener="tls", tls=client_tls(certificate="melon"))
        mover.send(p.connect(f"mover{number}") + p.publish("behind", b"x" * 30_000) + p.publish("behind", b"last")
                   + p.pingreq()[:1])
        mover.expect("CONNACK", reason=0)
        client.receive("behind", b"x" * 30_000)
        client.receive("behind", b"last")
        mover.send(p.pingreq()[1:])
        mover.expect("PINGRESP")
        client.disconnect()


def test_takeover(broker):
    publisher = connect(broker, "publisher", listener="tls", tls=client_tls(certificate="melon"))
    for name in (f"taken{number}" for number in range(8)):
        tls = client_tls(certificate="melon")
        first = connect(broker, name, listener="tls", tls=tls, **KEEP)
        first.subscribe(f"to/{name}", qos=1)
        second = connect(broker, name, listener="tls", tls=tls, session=True, **KEEP)
        first.expect_disconnect(0x8E)
        publisher.publish(f"to/{name}", b"now", qos=1)
        second.receive(f"to/{name}", b"now", qos=1)


def test_stop_with_clients():
    with Broker(**config) as broker:
        clients = many(broker, "stop", 8, listener="tls", tls=client_tls(certificate="melon"))
        broker.process.terminate()
        for client in clients:
            client.expect_disconnect(0x8B)
