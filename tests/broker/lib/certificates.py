"""Authorities, certificates and lists of revoked ones, made by the openssl command; and what clients do with them."""

import atexit
import functools
import pathlib
import shutil
import ssl
import subprocess
import tempfile

CONFIG = """[ca]
default_ca = authority
[authority]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
default_md = sha256
default_days = 10
default_crl_days = 10
policy = any
copy_extensions = copy
unique_subject = no
[any]
organizationName = optional
commonName = optional
"""
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Authority:
    """Signs certificates, in a folder of its own: NAME.pem and NAME.key of each, its own as ca, which it signs itself
    unless another authority does."""

    def __init__(self, name="ca", signer=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-tls-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "index.txt").touch()
        (self.folder / "serial").write_text("01\n")
        self.config = self.folder / "openssl.conf"
        self.config.write_text(CONFIG.format(folder=self.folder))
        if signer:
            made = signer.issue(name, extension="basicConstraints=critical,CA:TRUE")
            for path, here in zip(made, ("ca.pem", "ca.key")):
                shutil.copy(path, self.folder / here)
            return
        openssl("req", "-x509", *KEY, "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"), "-subj",
                f"/O=Grapnel tests/CN={name}", "-days", "10")

    def path(self, name):
        return str(self.folder / name)

    def issue(self, name, common_name=None, alternative=None, expired=False, extension=None):
        """A certificate for this common name, as NAME.pem and NAME.key; returns both paths."""
        request = self.path(name + ".csr")
        extensions = ["-addext", "subjectAltName=" + alternative] if alternative else []
        extensions += ["-addext", extension] if extension else []
        openssl("req", "-new", *KEY, "-keyout", self.path(name + ".key"), "-out", request, "-subj",
                f"/O=Grapnel tests/CN={common_name or name}", *extensions)
        times = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"] if expired else []
        openssl("ca", "-batch", "-notext", "-config", self.config, "-in", request, "-out", self.path(name + ".pem"),
                *times)
        return self.path(name + ".pem"), self.path(name + ".key")

    def revoke(self, *names):
        """Writes ca.crl, in which these and those revoked before stand; returns its path."""
        for name in names:
            openssl("ca", "-config", self.config, "-revoke", self.path(name + ".pem"))
        openssl("ca", "-config", self.config, "-gencrl", "-out", self.path("ca.crl"))
        return self.path("ca.crl")

    def listener(self, certificate="server", **more):
        """The `tls` table of a listener with this certificate."""
        return {"cert": self.path(certificate + ".pem"), "key": self.path(certificate + ".key"), **more}

    def mutual(self, certificate="server", verify="required", **more):
        return self.listener(certificate, ca=self.path("ca.pem"), verify=verify, **more)


@functools.lru_cache
def authority():
    """One for all tests of a file, with `server` for localhost, and `melon` for a client."""
    made = Authority()
    made.issue("server", "localhost", "DNS:localhost,IP:127.0.0.1")
    made.issue("melon", alternative="email:melon@example.org")
    return made


def client_tls(signer=None, certificate=None, version=None, alpn=(), name="localhost", **more):
    """For Client(tls=…): a client that trusts this authority, the one of authority() unless told. `certificate` is a
    pair of paths, or the name of one of the authority's; `version` the only one spoken."""
    signer = signer or authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(signer.path("ca.pem"))
    if isinstance(certificate, str):
        certificate = (signer.path(certificate + ".pem"), signer.path(certificate + ".key"))
    if certificate:
        context.load_cert_chain(*certificate)
    if version:
        context.minimum_version = context.maximum_version = version
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return {"context": context, "server_hostname": name, **more}
