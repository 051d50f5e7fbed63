"""Certificates of clients: who is let in, and who they are then."""
import pathlib
import ssl

from lib import Authority, Broker, Client, authority, client_tls, connect, ledger

mine = authority()
mine.issue("old", expired=True)
mine.issue("bad")
mine.issue("two", "melon/CN=pear")
stranger = Authority("stranger")
stranger.issue("melon")

VERSIONS = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2)
NAMED = dict(plugins=[ledger(default="allow", auth=[{"username": "melon", "allow": True}]),
                      {"name": "debug", "config": {}}], log={"level": "debug"})


def listeners(**more):
    return [{"id": "tls", "tls": mine.mutual(**more)}]


def admits(broker, certificate, version=None, **arguments):
    """True if such a client gets a CONNACK that says yes; False if TLS ended before. In TLS 1.3 a client hears that its
    certificate is refused only when it reads."""
    try:
        client = Client(broker, listener="tls", tls=client_tls(certificate=certificate, version=version))
        client.connect("client", **arguments)
        client.disconnect()
    except (ssl.SSLError, ConnectionError, AssertionError) as error:
        assert not isinstance(error, AssertionError) or "closed instead of CONNACK" in str(error), error
        return False
    return True


def pair(signer, name):
    return signer.path(name + ".pem"), signer.path(name + ".key")


def test_required():
    with Broker(listeners=listeners(crl=mine.revoke("bad"))) as broker:
        for version in VERSIONS:
            assert admits(broker, "melon", version)
            assert not admits(broker, None, version)
            assert not admits(broker, "old", version)
            assert not admits(broker, "bad", version)
            assert not admits(broker, pair(stranger, "melon"), version)
        assert admits(broker, "melon")


def test_lists_of_an_authority_between():
    """Who signs clients here is no root. Its list is needed; the root's counts where it is given."""
    between = Authority("between", signer=mine)
    chains = []
    for name in ("good", "gone"):
        certificate, key = between.issue(name)
        with open(certificate, "a") as file:
            file.write((between.folder / "ca.pem").read_text())
        chains.append((certificate, key))
    crl = pathlib.Path(between.revoke("gone"))
    list_of_between = crl.read_text()
    with Broker(listeners=listeners(crl=crl)) as broker:
        assert admits(broker, chains[0])
        assert not admits(broker, chains[1])
        assert not admits(broker, "melon"), "there is no list of who signed it"
        crl.write_text(list_of_between + pathlib.Path(mine.revoke()).read_text())
        assert broker.reload()
        assert admits(broker, chains[0]) and admits(broker, "melon")
        crl.write_text(list_of_between + pathlib.Path(mine.revoke("between")).read_text())
        assert broker.reload()
        assert not admits(broker, chains[0])


def test_the_reason_is_told():
    with Broker(listeners=listeners()) as broker:
        for certificate, reason in ((None, "CERTIFICATE_REQUIRED"), ("old", "CERTIFICATE_EXPIRED"),
                                    (pair(stranger, "melon"), "UNKNOWN_CA")):
            client = Client(broker, listener="tls", tls=client_tls(certificate=certificate))
            try:
                client.socket.recv(1)
            except ssl.SSLError as error:
                assert reason in str(error), error
            else:
                raise AssertionError("let in")


def test_optional():
    with Broker(listeners=listeners(verify="optional")) as broker:
        assert admits(broker, "melon")
        assert admits(broker, None)
        assert not admits(broker, "old")
        assert not admits(broker, pair(stranger, "melon"))


def test_none_asks_for_no_certificate():
    with Broker(listeners=[{"id": "tls", "tls": mine.listener()}]) as broker:
        assert admits(broker, None)
        assert admits(broker, pair(stranger, "melon"))


def test_authorities_of_a_folder():
    folder = mine.folder / "authorities"
    folder.mkdir()
    for signer in (mine, stranger):
        (folder / f"{signer.folder.name}.pem").write_text((signer.folder / "ca.pem").read_text())
    tls = mine.listener(ca=str(folder), verify="required")
    with Broker(listeners=[{"id": "tls", "tls": tls}]) as broker:
        assert admits(broker, "melon")
        assert admits(broker, pair(stranger, "melon"))


def test_the_common_name_is_the_username():
    """The ledger lets melon in alone. What CONNECT says does not count; what several names say is nobody."""
    with Broker(listeners=listeners(identity="cn"), **NAMED) as broker:
        for username in (None, "pear", "melon"):
            for number in range(4):
                client = connect(broker, f"client{number}", listener="tls", tls=client_tls(certificate="melon"),
                                 username=username)
                client.ping()
                client.disconnect()
        for version, refusal in ((5, 0x86), (4, 4)):
            connect(broker, "x", version, "tls", tls=client_tls(certificate="two"), username="melon", expect=refusal)


def test_without_identity_the_username_is_that_of_connect():
    with Broker(listeners=listeners(), **NAMED) as broker:
        tls = client_tls(certificate="melon")
        connect(broker, "x", listener="tls", tls=tls, expect=0x86)
        connect(broker, "x", listener="tls", tls=tls, username="pear", expect=0x86)
        connect(broker, "x", listener="tls", tls=tls, username="melon").ping()


def test_an_alternative_name_is_the_username():
    plugins = [ledger(default="allow", auth=[{"username": "melon@example.org", "allow": True}])]
    with Broker(listeners=listeners(identity="san"), plugins=plugins) as broker:
        connect(broker, "x", listener="tls", tls=client_tls(certificate="melon"), username="pear").ping()
        connect(broker, "x", listener="tls", tls=client_tls(certificate="two"), username="melon@example.org",
                expect=0x86)


def test_without_a_certificate_the_username_is_that_of_connect():
    with Broker(listeners=listeners(verify="optional", identity="cn"), **NAMED) as broker:
        connect(broker, "x", listener="tls", tls=client_tls(), username="melon").ping()
        connect(broker, "x", listener="tls", tls=client_tls(), username="pear", expect=0x86)


def test_plugins_see_the_subject():
    with Broker(listeners=listeners(), plugins=[ledger(default="allow", auth=[{"allow": True}]),
                                                {"name": "debug", "config": {}}], log={"level": "debug"}) as broker:
        for number in range(4):
            connect(broker, f"seen{number}", listener="tls", tls=client_tls(certificate="melon")).ping()
            line = broker.wait_line(f"session established client=seen{number} ")
            assert "CN=melon,O=Grapnel tests" in line, line
