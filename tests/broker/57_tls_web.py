"""TLS of WebSocket and HTTP listeners: everything that it is on tcp, with the same certificates and rules."""
import json
import ssl
import subprocess

from lib import Authority, Broker, authority, client_tls, ledger, packets as p
from lib import websocket as ws
from lib.http import Http, get

mine = authority()
mine.issue("old", expired=True)
mine.issue("bad")
mine.issue("two", "melon/CN=pear")
mine.issue("other", "other.example", "DNS:other.example")
OTHER = {"cert": mine.path("other.pem"), "key": mine.path("other.key")}
stranger = Authority("stranger")
stranger.issue("melon")

VERSIONS = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2)
MELON_ALONE = ledger(default="allow", auth=[{"username": "melon", "allow": True}])
ALERTS = {None: "CERTIFICATE_REQUIRED", "old": "CERTIFICATE_EXPIRED", "bad": "CERTIFICATE_REVOKED"}


def listeners(tls, http_tls=None):
    return [{"id": "tcp"}, {"id": "ws", "type": "ws", "tls": tls},
            {"id": "http", "type": "http", "tls": http_tls or tls}]


def pair(signer, name):
    return signer.path(name + ".pem"), signer.path(name + ".key")


def refusal(connect_one):
    """The reason that a client hears which is not let in; None: it is."""
    try:
        connect_one()
    except (ssl.SSLError, ConnectionError) as error:
        return str(error)
    return None


def attempts(broker, **tls):
    """What comes of MQTT and of a request, each with a handshake of its own."""
    return [refusal(lambda: ws.connect(broker, "x", tls=client_tls(**tls)).disconnect()),
            refusal(lambda: get(broker, "/healthz", tls=client_tls(**tls)))]


def test_messages_and_answers():
    with Broker(listeners=listeners(mine.listener())) as broker:
        for tls_version in VERSIONS:
            tls = client_tls(version=tls_version)
            for version in (3, 4, 5):
                subscriber = ws.connect(broker, "subscriber", version, tls=tls)
                subscriber.subscribe("t", qos=2)
                publisher = ws.connect(broker, "publisher", version, tls=tls)
                for qos in (0, 1, 2):
                    for size in (1, 20_000, 300_000):
                        publisher.publish("t", b"m" * size, qos=qos)
                        subscriber.receive("t", b"m" * size, qos=qos)
                for client in (subscriber, publisher):
                    client.disconnect()
            with Http(broker, tls=tls) as http:
                for path in ("/healthz", "/metrics", "/sysinfo", "/nowhere", "/healthz"):
                    status, _, body = http.ask("GET", path)
                    assert status == (404 if path == "/nowhere" else 200), path
                assert body == b"ok\n"
                http.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 30)
                for _ in range(30):
                    assert b"grapnel_build_info" in http.answer("GET")[2]


def test_plain_listeners_beside():
    """All share what libwebsockets has; the Host of a request chooses nothing."""
    given = [*listeners(mine.listener()), {"id": "plain", "type": "ws"}, {"id": "open", "type": "http"}]
    with Broker(listeners=given) as broker:
        for host in ("localhost", "grapnel", "g", "x:80"):
            for listener, tls in (("http", client_tls()), ("open", None)):
                with Http(broker, listener, tls) as http:
                    for _ in range(2):
                        http.send(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                        assert http.answer("GET")[0] == 200
        ws.connect(broker, "a", tls=client_tls()).ping()
        ws.connect(broker, "b", listener="plain").ping()


def test_certificates_of_clients():
    with Broker(listeners=listeners(mine.mutual(crl=mine.revoke("bad")))) as broker:
        for version in VERSIONS:
            assert attempts(broker, certificate="melon", version=version) == [None, None]
            for certificate in (None, "old", "bad", pair(stranger, "melon")):
                alert = ALERTS.get(certificate, "UNKNOWN_CA")
                if version == ssl.TLSVersion.TLSv1_2 and certificate is None:
                    alert = "HANDSHAKE_FAILURE"
                for told in attempts(broker, certificate=certificate, version=version):
                    assert told is not None and alert in told, (version, certificate, told)
        assert broker.wait_sys("tls/handshakes/failed", lambda value: value >= 16) == 16
        assert int(broker.sys("tls/handshakes")) == 4


def test_optional_certificates():
    with Broker(listeners=listeners(mine.mutual(verify="optional"))) as broker:
        assert attempts(broker) == attempts(broker, certificate="melon") == [None, None]
        for told in attempts(broker, certificate="old"):
            assert told is not None and "EXPIRED" in told, told


def test_the_name_chooses():
    for tls in (mine.mutual(verify="optional", certificates=[OTHER]), mine.listener(certificates=[OTHER])):
        with Broker(listeners=listeners(tls)) as broker:
            for name, expected in (("localhost", "localhost"), ("other.example", "other.example"), ("x", "localhost"),
                                   (None, "localhost")):
                client = client_tls(name=name)
                client["context"].check_hostname = False
                with Http(broker, tls=client) as http:
                    names = [each[1] for each in http.socket.getpeercert()["subjectAltName"]]
                    assert names[0] == expected, (name, names)
                    assert http.ask("GET", "/healthz")[0] == 200


def test_the_certificate_is_the_username():
    tls = mine.mutual(identity="cn")
    plugins = [MELON_ALONE, {"name": "debug", "config": {}}]
    with Broker(listeners=listeners(tls, mine.mutual()), plugins=plugins, log={"level": "debug"}) as broker:
        for number, username in enumerate((None, "pear", "melon", "x")):
            client = ws.connect(broker, f"seen{number}", tls=client_tls(certificate="melon"), username=username)
            client.ping()
            line = broker.wait_line(f"session established client=seen{number} ")
            assert "CN=melon,O=Grapnel tests" in line, line
        ws.connect(broker, "x", tls=client_tls(certificate="two"), username="melon", expect=0x86)
    tls = mine.mutual(identity="san")
    plugins = [ledger(default="allow", auth=[{"username": "melon@example.org", "allow": True}])]
    with Broker(listeners=[{"id": "ws", "type": "ws", "tls": tls}], plugins=plugins) as broker:
        ws.connect(broker, "x", tls=client_tls(certificate="melon"), username="pear").ping()


def test_alpn():
    with Broker(listeners=listeners(mine.listener())) as broker:
        for offered, chosen in (((), None), (("http/1.1",), "http/1.1"), (("h2", "http/1.1"), "http/1.1")):
            with Http(broker, tls=client_tls(alpn=offered)) as http:
                assert http.socket.selected_alpn_protocol() == chosen
                assert http.ask("GET", "/healthz")[0] == 200
            client = ws.connect(broker, "x", tls=client_tls(alpn=offered))
            assert client.socket.socket.selected_alpn_protocol() == chosen
            client.ping()
        for told in attempts(broker, alpn=("h2", "mqtt")):
            assert told is not None and "no application protocol" in told.lower().replace("_", " "), told


def test_rules_of_the_listener():
    """Versions and ciphers, which are settled before a certificate is."""
    strict = mine.listener(minimum_version="1.3", ciphersuites="TLS_CHACHA20_POLY1305_SHA256")
    weak = mine.listener(ciphers="ECDHE-ECDSA-AES256-GCM-SHA384")
    with Broker(listeners=listeners(strict, weak)) as broker:
        told = refusal(lambda: ws.connect(broker, "x", tls=client_tls(version=ssl.TLSVersion.TLSv1_2)))
        assert told is not None and "PROTOCOL_VERSION" in told, told
        client = ws.connect(broker, "x", tls=client_tls())
        assert client.socket.socket.cipher()[0] == "TLS_CHACHA20_POLY1305_SHA256"
        with Http(broker, tls=client_tls(version=ssl.TLSVersion.TLSv1_2)) as http:
            assert http.socket.cipher()[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"
        old = client_tls()
        old["context"].set_ciphers("ALL:@SECLEVEL=0")
        old["context"].minimum_version = ssl.TLSVersion.TLSv1
        old["context"].maximum_version = ssl.TLSVersion.TLSv1_1
        told = refusal(lambda: get(broker, "/healthz", tls=old))
        assert told is not None and "PROTOCOL_VERSION" in told, told


def test_sessions_are_resumed():
    with Broker(listeners=listeners(mine.mutual(identity="cn"), mine.mutual()), plugins=[MELON_ALONE]) as broker:
        for version in VERSIONS:
            tls, session = client_tls(certificate="melon", version=version), None
            for number in range(3):
                client = ws.connect(broker, "x", tls={**tls, "session": session})
                client.ping()
                assert client.socket.socket.session_reused == (number != 0), (version, number)
                session = client.socket.socket.session
                client.disconnect()
            with Http(broker, tls={**tls, "session": session}) as http:
                http.ask("GET", "/healthz")
                assert not http.socket.session_reused, "of another listener"


def test_no_tls():
    """Plain requests and garbage on a listener with TLS; TLS on a plain one."""
    with Broker(listeners=[*listeners(mine.listener()), {"id": "open", "type": "http"}]) as broker:
        for listener in ("ws", "http"):
            for data in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"z" * 100, b"\xff" * 70_000,
                         p.connect("plain")):
                with Http(broker, listener) as http:
                    try:
                        http.send(data)
                        assert len(http.rest()) < 20, "an alert at most"
                    except (ConnectionResetError, BrokenPipeError):
                        pass
        assert refusal(lambda: Http(broker, "open", client_tls()))
        assert broker.wait_sys("tls/handshakes/failed", lambda value: value >= 8) == 8
        assert get(broker, "/healthz", tls=client_tls())[0] == 200


def test_failures_are_told_at_debug_only():
    with Broker(listeners=listeners(mine.mutual()), log={"level": "debug"}) as broker:
        attempts(broker, certificate="old")
        for listener in ("ws", "http"):
            record = broker.wait_record("TLS handshake failed", listener=listener)
            assert record["level"] == "debug" and "expired" in record["reason"], record
            assert record["peer"].startswith("127.0.0.1:"), record


def test_renegotiation_is_refused():
    with Broker(listeners=listeners(mine.listener())) as broker:
        done = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{broker.ports['http']}", "-tls1_2",
                               "-CAfile", mine.path("ca.pem")], input="R\n", capture_output=True, text=True,
                              timeout=20, check=False)
        assert "no renegotiation" in done.stderr, done.stderr


def test_the_end_is_told_in_order():
    with Broker(listeners=listeners(mine.listener())) as broker:
        tls = client_tls(suppress_ragged_eofs=False)
        with Http(broker, tls=tls) as http:
            http.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert http.rest().endswith(b"ok\n")
        client = ws.connect(broker, "x", tls=tls)
        client.disconnect()
        assert client.socket.close_code == 1000


def test_a_certificate_that_cannot_be_loaded():
    for kind in ("ws", "http"):
        broker = Broker(listeners=[{"id": "x", "type": kind, "tls": {"cert": "none.pem", "key": "none.key"}}])
        broker.write_config()
        done = broker.command("check", "--config", broker.config_path)
        assert done.returncode == 2 and "none.pem" in done.stdout + done.stderr, done


def test_much_both_ways():
    """More than a record, a socket and a channel hold, at the pace of a slow reader."""
    with Broker(listeners=listeners(mine.listener())) as broker:
        reader = ws.WebSocketClient(broker, receive_bytes=4096, tls=client_tls())
        reader.connect("reader", properties={"receive_maximum": 200})
        reader.subscribe("t", qos=1)
        publisher = ws.connect(broker, "publisher", tls=client_tls())
        for number in range(60):
            publisher.publish("t", b"%03d" % number + b"m" * 100_000, qos=1)
        for number in range(60):
            reader.receive("t", b"%03d" % number + b"m" * 100_000, qos=1)
        reader.ping()


def test_what_is_told_of_them():
    with Broker(listeners=listeners(mine.listener())) as broker:
        schemes = {record["listener"]: record["address"].partition(":")[0] for record in broker.records
                   if record.get("message") == "listening" and "://" in record["address"]}
        assert schemes == {"ws": "wss", "http": "https"}, schemes
        ws.connect(broker, "x", tls=client_tls()).ping()
        assert json.loads(get(broker, "/sysinfo", tls=client_tls())[2])["clients_connected"] == 1
        assert broker.wait_sys("tls/handshakes", lambda value: value >= 2) == 2
