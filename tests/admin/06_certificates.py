"""A client certificate that [admin] names may do what a token may; another one, and none, may not."""
import json

from adminlib import API, bearer
from lib import Broker, authority, client_tls
from lib.http import Http

mine = authority()
mine.issue("ops-anna")
mine.issue("melon")
TOKEN = "write-token-0123456789"


def status(broker, name=None, headers=(), method="GET", path="/status", body=b""):
    with Http(broker, tls=client_tls(certificate=name)) as http:
        return http.ask(method, API + path, headers, body)[0]


def broker_with(**admin):
    listeners = [{"id": "http", "type": "http", "tls": mine.mutual(verify="optional")}]
    return Broker(listeners=listeners, top={"admin": admin})


def test_named_certificates():
    with broker_with(certificates=["ops-*"]) as broker:
        assert status(broker, "ops-anna") == 200
        level = json.dumps({"level": "info"}).encode()
        assert status(broker, "ops-anna", method="PUT", path="/log/level", body=level) in (200, 204)
        assert status(broker, "melon") == 401
        assert status(broker) == 401
        assert status(broker, "ops-anna", ["Origin: https://example.com"]) == 403


def test_beside_a_token():
    with broker_with(certificates=["ops-anna"], token=TOKEN) as broker:
        assert status(broker, "ops-anna") == 200
        assert status(broker, "melon", bearer(TOKEN)) == 200
        assert status(broker, headers=bearer(TOKEN)) == 200
