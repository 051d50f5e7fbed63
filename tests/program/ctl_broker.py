"""A real broker, as far as one is needed to see that both sides mean the same."""

import json
import os

import run
from ctllib import TOKEN, ctl, fails, succeeds
from fake_admin import STATUS
from run import ConfigFile, equal

from lib.broker import Broker
from lib.client import connect


def broker(admin=True):
    os.environ["GRAPNEL_BUILD"] = str(run.build)
    listeners = [{"id": "tcp", "type": "tcp"}, {"id": "http", "type": "http"}]
    return Broker(listeners=listeners, top={"admin": {"token": TOKEN}} if admin else None)


def url_of(running):
    return f"http://127.0.0.1:{running.ports['http']}"


def test_status_of_a_broker():
    with broker() as running:
        melon = connect(running.port, "melon")
        output = succeeds(url_of(running), "status")
        assert "clients        1\n" in output and "store          ok\n" in output, output
        found = json.loads(succeeds(url_of(running), "status", "--json"))
        assert set(found) <= set(STATUS), set(found) - set(STATUS)
        melon.disconnect()


def test_a_broker_without_admin():
    with broker(admin=False) as running:
        assert "there is no admin API; [admin] of the configuration" in fails(url_of(running), "status")


def test_a_broker_and_a_wrong_token():
    with broker() as running, ConfigFile("not-the-token-of-that\n") as path:
        status, _, errors = ctl(url_of(running), "status", "--token-file", path)
        equal(status, 1)
        assert "--token-file, GRAPNEL_TOKEN or --config give the right one" in errors, errors
