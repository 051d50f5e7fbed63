"""MQTT over TLS: hands are shaken in 1.3 and 1.2, everything works as without; what is no TLS of ours is refused."""
import ssl
import subprocess

from lib import Broker, Client, authority, client_tls, connect, many, packets as p

config = dict(listeners=[{"id": "tls", "tls": authority().listener()}, {"id": "tcp"}])


def refused(broker, error=ssl.SSLError, **tls):
    """The handshake does not come to an end; the reason that the client is told."""
    try:
        Client(broker, listener="tls", tls=client_tls(**tls))
    except error as caught:
        return str(caught)
    raise AssertionError("let in")


def test_messages_both_ways(broker):
    for tls_version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        for version in (3, 4, 5):
            tls = client_tls(version=tls_version)
            name = f"{tls_version.name}-{version}"
            subscriber = connect(broker, f"sub-{name}", version, "tls", tls=tls)
            plain = connect(broker, f"plain-{name}", version, "tcp")
            publisher = connect(broker, f"pub-{name}", version, "tls", tls=tls)
            for client in (subscriber, plain):
                client.subscribe(f"t/{name}", qos=2)
            for qos in (0, 1, 2):
                publisher.publish(f"t/{name}", b"over TLS", qos=qos)
                for client in (subscriber, plain):
                    client.receive(f"t/{name}", b"over TLS", qos=qos)
            for client in (publisher, subscriber):
                assert client.socket.version() == {"TLSv1_3": "TLSv1.3", "TLSv1_2": "TLSv1.2"}[tls_version.name]
                client.disconnect()


def test_many_at_once(broker):
    clients = many(broker, "many", 40, listener="tls", tls=client_tls())
    for client in clients:
        client.subscribe("all", qos=1)
    clients[0].publish("all", b"here", qos=1)
    for client in clients:
        client.receive("all", b"here", qos=1)


def test_old_versions_are_refused(broker):
    for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
        tls = client_tls()
        tls["context"].set_ciphers("ALL:@SECLEVEL=0")
        tls["context"].minimum_version = ssl.TLSVersion.TLSv1
        tls["context"].maximum_version = version
        try:
            Client(broker, listener="tls", tls=tls)
        except ssl.SSLError as error:
            assert "PROTOCOL_VERSION" in str(error), error
        else:
            raise AssertionError(f"{version} is spoken")


def test_weak_ciphers_are_refused(broker):
    tls = client_tls(version=ssl.TLSVersion.TLSv1_2)
    tls["context"].set_ciphers("ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0")
    try:
        Client(broker, listener="tls", tls=tls)
    except ssl.SSLError:
        return
    raise AssertionError("CBC is spoken")


def test_alpn(broker):
    for offered, chosen in (((), None), (("mqtt",), "mqtt"), (("h2", "x-mqtt-1", "mqtt"), "mqtt"),
                            (("h2", "x-mqtt-1"), "x-mqtt-1")):
        client = connect(broker, "alpn", listener="tls", tls=client_tls(alpn=offered))
        assert client.socket.selected_alpn_protocol() == chosen, offered
        client.disconnect()
    reason = refused(broker, alpn=("h2", "http/1.1"))
    assert "no application protocol" in reason.lower().replace("_", " "), reason


def test_plain_mqtt_and_garbage(broker):
    for data in (p.connect("plain"), b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"z" * 100, b"\xff" * 70_000,
                 b"\x16\x03\x01\x00\x05hello"):
        client = Client(broker, listener="tls")
        client.send(data)
        received = b""
        try:
            while part := client.socket.recv(1000):
                received += part
        except ConnectionResetError:
            pass
        assert len(received) < 20, received  # an alert at most
    connect(broker, "after", listener="tls", tls=client_tls()).ping()


def test_tls_on_a_plain_listener(broker):
    client = Client(broker, listener="tcp")
    try:
        client_tls()["context"].wrap_socket(client.socket, server_hostname="localhost")
    except (ssl.SSLError, ConnectionError):
        return
    raise AssertionError("TLS on a plain listener")


def test_what_is_counted():
    with Broker(**config) as broker:
        connect(broker, "one", listener="tls", tls=client_tls())
        refused(broker, alpn=("h2",))
        garbage = Client(broker, listener="tls")
        garbage.send(b"nonsense")
        broker.port = broker.ports["tcp"]
        assert broker.wait_sys("tls/handshakes", lambda value: value >= 1) == 1
        assert broker.wait_sys("tls/handshakes/failed", lambda value: value >= 2) == 2


def test_failures_are_told_at_debug_only():
    with Broker(log={"level": "debug"}, **config) as broker:
        refused(broker, alpn=("h2",))
        record = broker.wait_record("TLS handshake failed", listener="tls")
        assert record["level"] == "debug" and "protocol" in record["reason"], record


def test_the_end_is_told_in_order(broker):
    """close_notify, which Python asks for unless told otherwise."""
    client = Client(broker, listener="tls", tls=client_tls(suppress_ragged_eofs=False))
    client.connect("end")
    client.disconnect()


def test_renegotiation_is_refused(broker):
    done = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{broker.ports['tls']}", "-tls1_2", "-CAfile",
                           authority().path("ca.pem")], input="R\n", capture_output=True, text=True, timeout=20,
                          check=False)
    assert "RENEGOTIATING" in done.stdout + done.stderr, done
    assert "no renegotiation" in done.stderr, done.stderr
    assert "Compression: NONE" in done.stdout, done.stdout
