"""While the broker starts or ends, nobody waits for workers: what asks them is answered with 503."""

import re
import signal

from adminlib import Api, admin_broker
from lib import allow_all, connect

ASKING = [("GET", "/clients", {}), ("GET", "/client", {"id": "silent"}), ("DELETE", "/client", {"id": "silent"}),
          ("POST", "/client/disconnect", {"id": "silent"}), ("GET", "/client/trace", {"id": "silent"}),
          ("PUT", "/client/trace", {"id": "silent"}), ("DELETE", "/client/trace", {"id": "silent"})]


def check_nobody_is_asked(broker):
    with Api(broker) as api:
        for method, path, parameters in ASKING:
            status, answer = api.ask(method, path, **parameters)
            assert (status, answer) == (503, {"error": "the broker is starting or ending"}), (method, path, status)
        assert api.ask("GET", "/clients", limit=0)[0] == 503


def test_while_it_starts():
    """A store that never says that this was all."""
    settings = {"clients": 1, "messages": 1, "defer": True, "stall": True}
    broker = admin_broker(plugins=[{"name": "invented_store", "defer_timeout": "1h", "config": settings}, allow_all()])
    broker.launch()
    try:
        address = broker.wait_record("listening", listener="http")["address"]
        broker.ports["http"] = int(re.search(r":(\d+)$", address).group(1))
        check_nobody_is_asked(broker)
    finally:
        broker.stop()


def test_while_it_ends():
    """A client that does not close keeps it from ending for a second."""
    with admin_broker() as broker:
        silent = connect(broker, "silent")
        broker.process.send_signal(signal.SIGTERM)
        broker.wait_record("stopping")
        check_nobody_is_asked(broker)
        silent.close()
        assert broker.wait_exit() == 0


def test_requests_at_the_moment_of_its_end():
    """They are answered, or their connections end with the broker; it ends in order all the same."""
    broker = admin_broker(limits={"shutdown_timeout": "1s"})
    broker.start()
    connect(broker, "one")
    with Api(broker) as api:
        api.ask("PUT", "/client/trace", id="one")
        for _ in range(50):
            api.http.send(b"GET /api/v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                          + api.token.encode() + b"\r\n\r\n")
        broker.process.send_signal(signal.SIGTERM)
        answers = re.findall(rb"HTTP/1.1 (\d+)", api.http.rest())
        assert set(answers) <= {b"200", b"503"}, answers
    broker.stop()
