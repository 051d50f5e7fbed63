"""While the broker starts or drains, what needs it to serve is answered with 503, and the rest as ever."""

import signal

from api_client import ask, made, ok
from lib import allow_all, connect

CHANGES = (("POST", "/publish", {"topic": "a", "payload": "x"}), ("POST", "/reload", None),
           ("DELETE", "/retained?topic=a", None))
LOOKS = ("/status", "/listeners", "/retained", "/subscriptions", "/plugins", "/history", "/bans", "/log/level")


def check(broker, words):
    for method, path, body in CHANGES:
        status, answer = ask(broker, method, path, body)
        assert (status, answer) == (503, {"error": words}), (path, status, answer)
    for path in LOOKS:
        ok(broker, "GET", path)


def test_draining():
    with made() as broker:
        silent = connect(broker, "silent")  # reads nothing and does not close: draining waits for it
        broker.process.send_signal(signal.SIGTERM)
        broker.wait_record("stopping")
        check(broker, "draining")
        silent.close()
        assert broker.wait_exit() == 0


def test_starting():
    """A store that gives one client and never says that this was all holds the start up."""
    settings = {"clients": 1, "messages": 1, "defer": True, "stall": True}
    store = {"name": "invented_store", "defer_timeout": "1h", "config": settings}
    broker = made(plugins=[store, allow_all()])
    broker.launch()
    try:
        address = broker.wait_record("listening", listener="http")["address"]
        broker.ports["http"] = int(address.rsplit(":", 1)[1])
        check(broker, "starting")
    finally:
        broker.stop()
