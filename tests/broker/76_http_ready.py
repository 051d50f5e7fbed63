"""/ready says 503 until sessions are restored and listeners are open, and again while the broker ends; /healthz says
200 all the time."""

import signal

from lib import Broker, allow_all, connect
from lib.http import Http

LISTENERS = [{"id": "tcp"}, {"id": "http", "type": "http"}]


def test_ready_follows_the_broker():
    with Broker(listeners=LISTENERS) as broker, Http(broker) as http:
        assert http.ask("GET", "/ready")[::2] == (200, b"ready\n")
        silent = connect(broker, "silent")  # reads nothing and does not close: draining waits for it
        broker.process.send_signal(signal.SIGTERM)
        broker.wait_record("stopping")
        assert http.ask("GET", "/ready")[::2] == (503, b"draining\n")
        assert http.ask("GET", "/healthz")[0] == 200
        silent.close()
        assert broker.wait_exit() == 0


def test_not_ready_before_sessions_are_restored():
    """A store that gives one client and never says that this was all holds the start up."""
    settings = {"clients": 1, "messages": 1, "defer": True, "stall": True}
    store = {"name": "invented_store", "defer_timeout": "1h", "config": settings}
    broker = Broker(listeners=LISTENERS, plugins=[store, allow_all()])
    broker.launch()
    try:
        address = broker.wait_record("listening", listener="http")["address"]
        broker.ports["http"] = int(address.rsplit(":", 1)[1])
        with Http(broker) as http:
            answer = http.ask("GET", "/ready")
            assert answer[::2] == (503, b"starting\n"), answer
            assert http.ask("GET", "/healthz")[0] == 200
            assert http.ask("GET", "/metrics")[0] == 200
    finally:
        broker.stop()
