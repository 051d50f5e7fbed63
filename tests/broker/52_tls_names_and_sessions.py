"""Several certificates of one listener, chosen by the name a client wants; sessions that are resumed."""
import ssl

from lib import Broker, Client, authority, client_tls, connect

mine = authority()
mine.issue("other", "other.example", "DNS:other.example,DNS:*.other.example")
mine.issue("plain", "localhost", "DNS:localhost")
mine.issue("leaving")
OTHER = {"cert": mine.path("other.pem"), "key": mine.path("other.key")}
VERSIONS = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2)


def shown(broker, name):
    tls = client_tls(name=name)
    tls["context"].check_hostname = False
    client = connect(broker, "x", listener="tls", tls=tls)
    names = [value for kind, value in client.socket.getpeercert()["subjectAltName"] if kind == "DNS"]
    client.disconnect()
    return names[0]


def test_the_name_chooses():
    for tls in (mine.listener(certificates=[OTHER]),
                {"certificates": [{"cert": mine.path("server.pem"), "key": mine.path("server.key")}, OTHER]}):
        with Broker(listeners=[{"id": "tls", "tls": tls}]) as broker:
            assert shown(broker, "localhost") == "localhost"
            assert shown(broker, "other.example") == "other.example"
            assert shown(broker, "a.other.example") == "other.example"
            assert shown(broker, "unknown.example") == "localhost"
            assert shown(broker, None) == "localhost"


def test_clients_of_the_other_name_are_asked_for_certificates_too():
    with Broker(listeners=[{"id": "tls", "tls": mine.mutual(certificates=[OTHER])}]) as broker:
        connect(broker, "x", listener="tls", tls=client_tls(certificate="melon", name="other.example")).ping()
        try:
            Client(broker, listener="tls", tls=client_tls(name="other.example")).socket.recv(1)
        except ssl.SSLError as error:
            assert "CERTIFICATE_REQUIRED" in str(error), error
        else:
            raise AssertionError("let in")


def resumed(broker, tls, session=None):
    """Connects as `x`, and goes: whether the session was resumed, and the one to resume next."""
    client = connect(broker, "x", listener="tls", tls={**tls, "session": session})
    client.ping()
    answer = client.socket.session_reused, client.socket.session
    client.disconnect()
    return answer


def test_resumption():
    with Broker(listeners=[{"id": "tls", "tls": mine.mutual(identity="cn", certificates=[OTHER])}]) as broker:
        for version in VERSIONS:
            for name in ("localhost", "other.example"):
                tls = client_tls(certificate="melon", version=version, name=name)
                reused, session = resumed(broker, tls)
                assert not reused
                for _ in range(3):
                    reused, session = resumed(broker, tls, session)
                    assert reused, (version, name)


def test_a_reload_ends_sessions():
    """Whoever was revoked cannot come back with a ticket of before."""
    crl = mine.revoke()
    with Broker(listeners=[{"id": "tls", "tls": mine.mutual(crl=crl)}]) as broker:
        for version in VERSIONS:
            mine.issue(f"leaving{version.value}")
            tls = client_tls(certificate=f"leaving{version.value}", version=version)
            _, session = resumed(broker, tls)
            assert resumed(broker, tls, session)[0]
            mine.revoke(f"leaving{version.value}")
            assert broker.reload()
            try:
                resumed(broker, tls, session)
            except (ssl.SSLError, ConnectionError, AssertionError) as error:
                assert "closed" in str(error) or "REVOKED" in str(error) or isinstance(error, ConnectionError), error
            else:
                raise AssertionError("let in")
