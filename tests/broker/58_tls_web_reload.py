"""SIGHUP loads the certificates of WebSocket and HTTP listeners anew, as those of others: nobody who is connected
notices, and a file that is bad changes nothing."""
import shutil
import ssl
import threading

from lib import Authority, Broker, client_tls
from lib import websocket as ws
from lib.http import Http, get


def made():
    signer = Authority()
    signer.issue("server", "localhost", "DNS:localhost")
    signer.issue("next", "localhost", "DNS:localhost")
    signer.issue("melon")
    signer.issue("leaving")
    return signer


def put(broker, signer, *names):
    """Copies files of the authority's into the broker's folder, where the configuration finds them by name."""
    for name in names:
        shutil.copy(signer.path(name), broker.folder / name.replace("next", "server"))


def started(signer, **tls):
    tls = {"cert": "server.pem", "key": "server.key", **tls}
    broker = Broker(listeners=[{"id": "ws", "type": "ws", "tls": tls}, {"id": "http", "type": "http", "tls": tls}])
    put(broker, signer, "server.pem", "server.key", "ca.pem")
    return broker


def serials(broker, signer):
    """What is shown to those who come now."""
    with Http(broker, tls=client_tls(signer)) as http:
        client = ws.connect(broker, "looks", tls=client_tls(signer))
        found = [each.getpeercert()["serialNumber"] for each in (http.socket, client.socket.socket)]
        client.disconnect()
    assert found[0] == found[1], found
    return found[0]


def test_under_traffic():
    signer = made()
    with started(signer) as broker:
        tls = client_tls(signer)
        readers = [ws.connect(broker, f"reader{number}", tls=tls) for number in range(4)]
        for reader in readers:
            reader.subscribe("load", qos=1)
        publisher = ws.connect(broker, "publisher", tls=tls)
        kept = Http(broker, tls=tls)
        failures = []

        def guarded(function, *arguments):
            try:
                function(*arguments)
            except Exception as error:
                failures.append(error)

        def publish_all():
            for number in range(300):
                publisher.publish("load", b"%d" % number, qos=1)

        def read_all(reader):
            for number in range(300):
                reader.receive("load", b"%d" % number, qos=1)

        def ask_all():
            for _ in range(100):
                assert kept.ask("GET", "/metrics")[0] == 200

        threads = [threading.Thread(target=guarded, args=(each,)) for each in (publish_all, ask_all)]
        threads += [threading.Thread(target=guarded, args=(read_all, reader)) for reader in readers]
        for thread in threads:
            thread.start()
        shown = [serials(broker, signer)]
        for names in (("next.pem", "next.key"), ("server.pem", "server.key"), ("next.pem", "next.key")):
            put(broker, signer, *names)
            assert broker.reload()
            shown.append(serials(broker, signer))
        for thread in threads:
            thread.join()
        assert not failures, failures
        assert shown[0] == shown[2] and shown[1] == shown[3] and shown[0] != shown[1], shown
        for client in readers + [publisher]:
            client.ping()
        kept.socket.close()


def test_a_bad_file_keeps_the_old():
    signer = made()
    with started(signer) as broker:
        before = serials(broker, signer)
        client = ws.connect(broker, "x", tls=client_tls(signer))
        (broker.folder / "server.pem").write_text("nonsense")
        mark = broker.mark()
        assert broker.reload(), "the rest of the configuration is as good as ever"
        told = [record["listener"] for record in broker.records[mark:]
                if record["message"] == "the listener keeps the certificates it has"]
        assert sorted(told) == ["http", "ws"], told
        assert serials(broker, signer) == before
        put(broker, signer, "next.pem", "next.key")
        assert broker.reload()
        assert serials(broker, signer) != before
        client.ping()


def let_in(broker, signer, pair, session=None):
    """Whether such a client gets its answers, and a session that it may come back with."""
    try:
        client = ws.connect(broker, "y", tls={**client_tls(signer, certificate=pair), "session": session})
        client.ping()
        session = client.socket.socket.session
        client.disconnect()
        assert get(broker, "/healthz", tls=client_tls(signer, certificate=pair))[0] == 200
        return session
    except (ssl.SSLError, ConnectionError):
        return None


def test_authorities_and_revocations():
    signer, second = made(), made()
    with started(signer, ca="ca.pem", verify="required") as broker:
        first_pair, second_pair = [(each.path("melon.pem"), each.path("melon.key")) for each in (signer, second)]
        assert let_in(broker, signer, first_pair) and not let_in(broker, signer, second_pair)
        put(broker, second, "ca.pem")
        assert broker.reload()
        assert not let_in(broker, signer, first_pair) and let_in(broker, signer, second_pair)


def test_a_reload_ends_sessions():
    """Whoever was revoked cannot come back with a ticket of before."""
    signer = made()
    crl = signer.revoke()
    with started(signer, ca="ca.pem", verify="required", crl=crl) as broker:
        pair = (signer.path("leaving.pem"), signer.path("leaving.key"))
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            tls, session = client_tls(signer, certificate=pair, version=version), None
            for again in (False, True):
                client = ws.connect(broker, "y", tls={**tls, "session": session})
                client.ping()
                assert client.socket.socket.session_reused == again
                session = client.socket.socket.session
                client.disconnect()
            if version == ssl.TLSVersion.TLSv1_2:
                continue
            signer.revoke("leaving")
            assert broker.reload()
            try:
                ws.connect(broker, "y", tls={**tls, "session": session})
            except (ssl.SSLError, ConnectionError):
                pass
            else:
                raise AssertionError("let in")
