"""/ready says 503 until sessions are restored and listeners are open, and again while the broker ends; /healthz says
200 all the time."""

import signal

from lib import Broker, connect
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
