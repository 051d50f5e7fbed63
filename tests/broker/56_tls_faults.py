"""What is wrong with the `tls` table and with the files it names is told at once, with place and remedy, by `grapnel
check` and at the start."""
from lib import Broker, authority
from lib.certificates import openssl

mine = authority()
mine.issue("other")


def output_of(tls, command="check"):
    broker = Broker(listeners=[{"id": "tls", "tls": tls}])
    broker.write_config()
    done = broker.command(command, "--config", broker.config_path)
    return done.returncode, done.stdout + done.stderr


def check(tls, *words):
    code, output = output_of(tls)
    assert code == 2, (code, output)
    assert "grapnel.toml:" in output, output
    for word in words:
        assert word in output, (word, output)


def test_good():
    for tls in (mine.listener(), mine.mutual(), mine.mutual(identity="cn", verify="optional"),
                mine.listener(minimum_version="1.3", ciphersuites="TLS_AES_256_GCM_SHA384"),
                mine.listener(ciphers="ECDHE-ECDSA-AES256-GCM-SHA384"), mine.mutual(crl=mine.revoke())):
        code, output = output_of(tls)
        assert code == 0, output


def test_keys():
    good = mine.listener()
    check({**good, "crt": "x"}, 'unknown key "crt"', "did you mean", "cert")
    check({"cert": good["cert"]}, "tls needs key")
    check({"key": good["key"]}, "tls needs cert")
    check({}, "tls needs cert")
    check({"certificates": []}, "tls needs cert and key")
    check({"certificates": [{"cert": good["cert"]}]}, "certificates needs key")
    check({**good, "verify": "require"}, "verify is", "did you mean", "required")
    check({**good, "minimum_version": "1.1"}, "minimum_version is", "1.2")
    check({**good, "verify": "required"}, "verify needs ca")
    check({**good, "ca": mine.path("ca.pem")}, "ca has no use without verify")
    check({**good, "crl": mine.revoke()}, "crl has no use")
    check({**good, "identity": "cn"}, "identity needs verify")
    check({**good, "cert": 3}, "cert must be a string")
    check({**good, "minimum_version": "1.3", "ciphers": "ECDHE+AESGCM"}, "which minimum_version excludes")


def test_files():
    good = mine.listener()
    check({**good, "cert": "none.pem"}, "none.pem", "No such file")
    check({**good, "cert": good["key"]}, "holds no certificate")
    check({**good, "key": mine.path("other.key")}, "is not the key of the certificate")
    check({**good, "certificates": [{"cert": good["cert"], "key": mine.path("other.key")}]},
          "is not the key of the certificate")
    check(mine.listener(ca="/none", verify="required"), "/none", "No such file")
    check(mine.mutual(crl=mine.path("ca.pem")), "holds no list of revoked certificates")
    check({**good, "ciphers": "ROT13"}, "ciphers names none")


def test_every_fault_is_told():
    code, output = output_of({"cert": "a.pem", "key": "b.pem", "ca": "c.pem", "crl": "d.pem", "verify": "optional"})
    assert code == 2
    for name in "abcd":
        assert f"{name}.pem" in output, output


def test_a_start_fails_with_the_same_words():
    broker = Broker(listeners=[{"id": "tls", "tls": mine.listener(ca="none.pem", verify="required")}])
    broker.launch()
    assert broker.wait_exit() == 2
    assert "grapnel.toml:" in broker.log_text() and "none.pem" in broker.log_text(), broker.log_text()


def test_paths_start_at_the_file_that_states_them():
    broker = Broker(listeners=[{"id": "tls", "tls": {"cert": "tls/server.pem", "key": "tls/server.key"}}])
    (broker.folder / "tls").mkdir()
    for name in ("server.pem", "server.key"):
        (broker.folder / "tls" / name).write_text((mine.folder / name).read_text())
    with broker:
        pass


def test_an_encrypted_key():
    encrypted = mine.path("encrypted.key")
    password = mine.folder / "password"
    password.write_text("open sesame\n")
    openssl("pkcs8", "-topk8", "-in", mine.path("server.key"), "-out", encrypted, "-passout", f"file:{password}")
    tls = {"cert": mine.path("server.pem"), "key": encrypted}
    check(tls, "is encrypted", "key_password_file")
    with Broker(listeners=[{"id": "tls", "tls": {**tls, "key_password_file": str(password)}}]):
        pass
    password.write_text("wrong\n")
    check({**tls, "key_password_file": str(password)}, "does not hold the password")
