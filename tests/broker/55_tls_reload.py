"""SIGHUP loads certificates anew: nobody who is connected notices, and a file that is bad changes nothing."""
import shutil
import socket
import ssl
import threading

from lib import Authority, Broker, Client, client_tls, connect


def folder_of(broker, signer, *names):
    """Copies files of the authority's into the broker's folder, where the configuration finds them by name."""
    for name in names:
        shutil.copy(signer.path(name), broker.folder / name.replace("next", "server"))


def serial(broker, signer, **tls):
    client = Client(broker, listener="tls", tls=client_tls(signer, **tls))
    number = client.socket.getpeercert()["serialNumber"]
    client.close()
    return number


def made():
    signer = Authority()
    signer.issue("server", "localhost", "DNS:localhost")
    signer.issue("next", "localhost", "DNS:localhost")
    signer.issue("melon")
    return signer


LISTENER = {"id": "tls", "tls": {"cert": "server.pem", "key": "server.key"}}


def test_under_traffic():
    signer = made()
    broker = Broker(listeners=[LISTENER])
    folder_of(broker, signer, "server.pem", "server.key")
    with broker:
        tls = client_tls(signer)
        readers = [connect(broker, f"reader{number}", listener="tls", tls=tls) for number in range(4)]
        for reader in readers:
            reader.subscribe("load", qos=1)
        publisher = connect(broker, "publisher", listener="tls", tls=tls)
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

        threads = [threading.Thread(target=guarded, args=(publish_all,))]
        threads += [threading.Thread(target=guarded, args=(read_all, reader)) for reader in readers]
        for thread in threads:
            thread.start()
        serials = [serial(broker, signer)]
        for names in (("next.pem", "next.key"), ("server.pem", "server.key"), ("next.pem", "next.key")):
            folder_of(broker, signer, *names)
            assert broker.reload()
            serials.append(serial(broker, signer))
        for thread in threads:
            thread.join()
        assert not failures, failures
        assert serials[0] == serials[2] and serials[1] == serials[3] and serials[0] != serials[1], serials
        for client in readers + [publisher]:
            client.ping()


def test_a_bad_file_keeps_the_old():
    signer = made()
    broker = Broker(listeners=[LISTENER, {"id": "tcp"}])
    folder_of(broker, signer, "server.pem", "server.key")
    with broker:
        before = serial(broker, signer)
        client = connect(broker, "x", listener="tls", tls=client_tls(signer))
        for spoil in (lambda: (broker.folder / "server.pem").unlink(),
                      lambda: (broker.folder / "server.pem").write_text("nonsense"),
                      lambda: shutil.copy(signer.path("melon.pem"), broker.folder / "server.pem")):
            spoil()
            mark = broker.mark()
            assert broker.reload(), "the rest of the configuration is as good as ever"
            told = [record for record in broker.records[mark:]
                    if record["message"] == "the listener keeps the certificates it has"]
            assert len(told) == 1 and told[0]["listener"] == "tls" and "grapnel.toml:" in told[0]["fault"], told
            assert serial(broker, signer) == before
            client.ping()
        folder_of(broker, signer, "next.pem", "next.key")
        assert broker.reload()
        assert serial(broker, signer) != before
        client.ping()


def test_authorities_and_revocations():
    signer, second = made(), made()
    broker = Broker(listeners=[{"id": "tls", "tls": {**LISTENER["tls"], "ca": "ca.pem", "verify": "required"}}])
    folder_of(broker, signer, "server.pem", "server.key", "ca.pem")
    with broker:
        def let_in(pair):
            try:
                connect(broker, "y", listener="tls", tls=client_tls(signer, certificate=pair)).disconnect()
            except (OSError, AssertionError) as error:
                assert not isinstance(error, AssertionError) or "closed instead of CONNACK" in str(error), error
                return False
            return True

        first_pair, second_pair = [(each.path("melon.pem"), each.path("melon.key")) for each in (signer, second)]
        assert let_in(first_pair) and not let_in(second_pair)
        shutil.copy(second.path("ca.pem"), broker.folder / "ca.pem")
        assert broker.reload()
        assert not let_in(first_pair) and let_in(second_pair)
        tls = {**LISTENER["tls"], "ca": "ca.pem", "verify": "required", "crl": second.revoke("melon")}
        broker.write_config(listeners=[{"id": "tls", "tls": tls}])
        assert broker.reload()
        assert not let_in(second_pair)


def test_tls_that_comes_or_goes_needs_a_restart():
    signer = made()
    broker = Broker(listeners=[LISTENER])
    folder_of(broker, signer, "server.pem", "server.key")
    with broker:
        mark = broker.mark()
        broker.write_config(listeners=[{"id": "tls"}])
        assert broker.reload()
        broker.wait_record("a change of this key needs a restart", key="listener", after=mark)
        connect(broker, "x", listener="tls", tls=client_tls(signer)).ping()


def agreed(signer, port, protocol):
    """What a client that offers `protocol` speaks behind the handshake, and the certificate that it was shown."""
    context = ssl.create_default_context(cafile=signer.path("ca.pem"))
    context.set_alpn_protocols([protocol])
    with socket.create_connection(("127.0.0.1", port)) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as wrapped:
            return wrapped.selected_alpn_protocol(), wrapped.getpeercert()["serialNumber"]


def kept(broker, mark):
    """The listeners that were said to keep their certificates, by their ids."""
    return {record["listener"]: record["fault"] for record in broker.records[mark:]
            if record["message"] == "the listener keeps the certificates it has"}


def test_another_type_waits_for_a_restart():
    """Its clients go on speaking what they spoke, and it gets its new certificates all the same."""
    signer = made()
    ids = {"tls": ("tcp", "mqtt"), "web": ("ws", "http/1.1")}
    broker = Broker(listeners=[{**LISTENER, "id": id, "type": type} for id, (type, _) in ids.items()])
    folder_of(broker, signer, "server.pem", "server.key")
    with broker:
        before = {id: agreed(signer, broker.ports[id], speaks) for id, (_, speaks) in ids.items()}
        folder_of(broker, signer, "next.pem", "next.key")
        broker.write_config(listeners=[{**LISTENER, "id": "tls", "type": "ws"},
                                       {**LISTENER, "id": "web", "type": "tcp"}])
        mark = broker.mark()
        assert broker.reload()
        assert not kept(broker, mark)
        for id, (_, speaks) in ids.items():
            protocol, number = agreed(signer, broker.ports[id], speaks)
            assert protocol == speaks == before[id][0] and number != before[id][1], (id, protocol)


def test_a_listener_that_is_gone_from_the_file_keeps_its_certificates():
    signer = made()
    broker = Broker(listeners=[LISTENER, {"id": "tcp"}])
    folder_of(broker, signer, "server.pem", "server.key")
    with broker:
        before = agreed(signer, broker.ports["tls"], "mqtt")
        folder_of(broker, signer, "next.pem", "next.key")
        for listeners, why in (([{**LISTENER, "id": "renamed"}, {"id": "tcp"}], "no listener of that id"),
                               ([{"id": "tcp"}], "no listener of that id"),
                               ([{"id": "tls"}, {"id": "tcp"}], "no tls for it")):
            broker.write_config(listeners=listeners)
            mark = broker.mark()
            assert broker.reload()
            told = kept(broker, mark)
            assert list(told) == ["tls"] and why in told["tls"], told
            assert agreed(signer, broker.ports["tls"], "mqtt") == before
        broker.write_config(listeners=[LISTENER, {"id": "tcp"}])
        assert broker.reload()
        assert agreed(signer, broker.ports["tls"], "mqtt") != before
