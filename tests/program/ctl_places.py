"""Where the API is, whom to believe there, and the token that lets in."""

import pathlib

from ctllib import fails, succeeds
from fake_admin import READ_TOKEN, TOKEN, FakeAdmin, send_bytes
from run import ConfigFile, equal

from lib import certificates


def test_unix_socket():
    with FakeAdmin() as admin:
        assert "version" in succeeds("unix:" + admin.unix_path, "status")
        assert "version" in succeeds(None, "status", "--url", "unix:" + admin.unix_path)
    assert "No such file or directory; is the broker running" in fails("unix:/no/such.sock", "status")


def test_no_broker():
    with FakeAdmin() as admin:
        url = admin.url
    errors = fails(url, "status")
    assert f"grapnel: {url}: cannot connect: Connection refused; is the broker running" in errors, errors


def test_no_proxy_of_the_environment():
    with FakeAdmin() as admin:
        proxy = {name: "http://127.0.0.1:1" for name in ("http_proxy", "https_proxy", "all_proxy")}
        assert "version" in succeeds(admin, "status", **proxy)


def https(authority, **more):
    return FakeAdmin((authority.path("server.pem"), authority.path("server.key")), **more)


def test_https():
    authority = certificates.authority()
    with https(authority) as admin:
        for host in ("localhost", "127.0.0.1"):
            url = f"https://{host}:{admin.port_tls}"
            assert "version" in succeeds(url, "status", "--ca", authority.path("ca.pem"))
            assert "version" in succeeds(url, "status", "--insecure")
            assert "its certificate is not trusted: " in fails(url, "status")
            other = certificates.Authority("other").path("ca.pem")
            assert "its certificate is not trusted: " in fails(url, "status", "--ca", other)
        equal(len(admin.calls), 4)


def test_https_of_another_name():
    authority = certificates.authority()
    certificate = authority.issue("elsewhere", "elsewhere.example.org", "DNS:elsewhere.example.org,IP:10.9.8.7")
    with FakeAdmin(certificate) as admin:
        for host, words in (("localhost", "hostname mismatch"), ("127.0.0.1", "IP address mismatch")):
            errors = fails(f"https://{host}:{admin.port_tls}", "status", "--ca", authority.path("ca.pem"))
            assert words in errors.replace("Hostname", "hostname"), errors
        equal(admin.calls, [])


def test_https_with_a_certificate_of_this_side():
    authority = certificates.authority()
    with https(authority, client_authority=authority.path("ca.pem")) as admin:
        url, ca = f"https://localhost:{admin.port_tls}", ["--ca", authority.path("ca.pem")]
        mine = ["--cert", authority.path("melon.pem"), "--key", authority.path("melon.key")]
        assert "version" in succeeds(url, "status", *ca, *mine)
        assert "does it want --cert?" in fails(url, "status", *ca)
        errors = fails(url, "status", *ca, "--cert", authority.path("melon.pem"), "--key", authority.path("server.key"))
        assert "holds no key of that certificate" in errors, errors
        assert '--ca "/no/such" cannot be read: No such file' in fails(url, "status", "--ca", "/no/such")


def test_http_where_https_is_and_the_other_way():
    authority = certificates.authority()
    with https(authority) as admin:
        assert "speaks no HTTP" in fails(f"http://127.0.0.1:{admin.port_tls}", "status")
        assert "is it an https listener" in fails(admin.url.replace("http:", "https:"), "status")


def test_tokens():
    with FakeAdmin() as admin:
        for text in (TOKEN, TOKEN + "\n", TOKEN + "\r\nmore\n"):
            with ConfigFile(text) as path:
                succeeds(admin, "status", "--token-file", path, GRAPNEL_TOKEN="another")
        for token, words in (("wrong", "no token, or a wrong one; --token-file, GRAPNEL_TOKEN"),
                             ("", "no token, or a wrong one"), ("a\nX: b", "GRAPNEL_TOKEN holds no token")):
            assert words in fails(admin, "status", GRAPNEL_TOKEN=token)
        admin.raw[("GET", "/status")] = send_bytes(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        assert "the token is refused; --token-file" in fails(admin, "status")
        assert "a token is needed; --token-file" in fails(admin, "status", GRAPNEL_TOKEN="")
        with ConfigFile("\n") as path:
            assert "is empty" in fails(admin, "status", "--token-file", path)
        assert "cannot be read: No such file" in fails(admin, "status", "--token-file", "/no/such")
        assert "cannot be read" in fails(admin, "status", "--token-file", "/")
        assert "this token may only read" in fails(admin, "drop", "a", GRAPNEL_TOKEN=READ_TOKEN)


CONFIG = '[admin]\n{admin}\n[[listener]]\nid = "tcp"\ntype = "tcp"\naddress = "127.0.0.1:1883"\n' \
         '[[listener]]\nid = "http"\ntype = "http"\n{listener}\n'


def with_config(*arguments, admin=f'token = "{TOKEN}"', listener="", run_it=succeeds):
    with ConfigFile(CONFIG.format(admin=admin, listener=listener)) as path:
        token_file = pathlib.Path(path).parent / "admin.token"
        token_file.write_text(TOKEN + "\n")
        return run_it(None, "--config", path, *arguments, GRAPNEL_TOKEN="another")


def test_place_of_the_configuration():
    with FakeAdmin() as admin:
        port = admin.url.rsplit(":", 1)[1]
        loopback = f'address = "127.0.0.1:{port}"'
        assert "version" in with_config("status", listener=loopback)
        assert "version" in with_config("status", admin='token_file = "admin.token"', listener=loopback)
        assert "version" in with_config("status", admin=f'read_token = "{READ_TOKEN}"', listener=loopback)
        everywhere = f'address = "0.0.0.0:{port}"'
        assert "version" in with_config("status", listener=everywhere + "\nadmin = true")
        for listener in (everywhere, loopback + "\nadmin = false", 'address = "127.0.0.1:0"\nadmin = false'):
            assert "no http listener that serves the admin API" in with_config("status", listener=listener,
                                                                               run_it=fails)
        assert "--url" in with_config("status", listener='address = "127.0.0.1:0"', run_it=fails)
        assert "[admin] of" in with_config("status", admin="", listener=loopback, run_it=fails)
        assert "version" in with_config("status", "--url", "unix:" + admin.unix_path, listener='address = "[::1]:1"')
        assert "No such file" in with_config("status", admin='token_file = "no.token"', listener=loopback,
                                             run_it=fails)


def test_certificate_of_the_configuration():
    """It is the one to believe, whatever its names are; another of the same authority is not."""
    authority = certificates.authority()
    mine = authority.issue("mine", "mine.example.org")
    theirs = authority.issue("theirs", "theirs.example.org")
    with FakeAdmin(mine) as admin:
        for certificate, run_it, words in ((mine, succeeds, "version"), (theirs, fails, "is not trusted")):
            listener = f'address = "127.0.0.1:{admin.port_tls}"\n' \
                       f'tls = {{ cert = "{certificate[0]}", key = "{certificate[1]}" }}'
            assert words in with_config("status", listener=listener, run_it=run_it)


def test_configurations_that_say_nothing():
    with ConfigFile('[[listener]]\nid = "h"\ntype = "http"\naddress = "127.0.0.1:1"\n') as path:
        assert "has no [admin]" in fails(None, "status", "--config", path)
    with ConfigFile("[admin\n") as path:
        assert f"{path}:1:" in fails(None, "status", "--config", path, status=2)
    assert "cannot be opened" in fails(None, "status", "--config", "/no/such.toml", status=2)
