"""The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), and the verifier that a server keeps."""

import base64
import hashlib
import hmac
import os

METHOD = "SCRAM-SHA-256"


def digest(key, text):
    return hmac.new(key, text, "sha256").digest()


def encoded(data):
    return base64.b64encode(data).decode()


def verifier(password, iterations=4096, salt=None):
    """The settings of one user."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(digest(salted, b"Client Key")).digest()
    return {"salt": encoded(salt), "iterations": iterations, "stored_key": encoded(stored),
            "server_key": encoded(digest(salted, b"Server Key"))}


class Scram:
    """One exchange. Attributes that tests tamper with: header, nonce."""

    def __init__(self, user, password, nonce=None):
        self.password = password
        self.header = "n,,"
        self.nonce = nonce or encoded(os.urandom(18))
        self.bare = f"n={user.replace('=', '=3D').replace(',', '=2C')},r={self.nonce}"
        self.expected = None  # the server's last message

    def first(self):
        return (self.header + self.bare).encode()

    @staticmethod
    def parts(server_first):
        return dict(part.split("=", 1) for part in server_first.decode().split(","))

    def final(self, server_first, nonce=None):
        """The answer to the server's first message; `nonce` is sent instead of the right one."""
        given = self.parts(server_first)
        assert given["r"].startswith(self.nonce) and len(given["r"]) > len(self.nonce), given
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), base64.b64decode(given["s"], validate=True),
                                     int(given["i"]))
        without_proof = f"c={encoded(self.header.encode())},r={nonce or given['r']}"
        text = f"{self.bare},{server_first.decode()},{without_proof}".encode()
        key = digest(salted, b"Client Key")
        signature = digest(hashlib.sha256(key).digest(), text)
        proof = bytes(one ^ other for one, other in zip(key, signature))
        self.expected = b"v=" + encoded(digest(digest(salted, b"Server Key"), text)).encode()
        return f"{without_proof},p={encoded(proof)}".encode()
