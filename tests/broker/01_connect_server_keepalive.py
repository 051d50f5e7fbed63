"""limits.maximum_keepalive: a longer or absent keep-alive is answered by Server Keep Alive, which then counts.
[MQTT-3.1.2-21] [MQTT-3.1.2-22] [MQTT-3.2.2-21] [MQTT-3.2.2-22]"""
import time

from lib import connect

config = dict(limits={"maximum_keepalive": "1s"})


def test_announced(broker):
    for keepalive in (2, 60, 65535, 0):
        client = connect(broker, "x", keepalive=keepalive)
        assert client.connack.properties["server_keep_alive"] == 1, (keepalive, client.connack)
    assert "server_keep_alive" not in connect(broker, "x", keepalive=1).connack.properties


def test_enforced(broker):
    started = time.monotonic()
    client = connect(broker, "x", keepalive=60)
    client.expect_disconnect(0x8D, deadline_s=6)
    assert time.monotonic() - started > 1.4, "closed before one and a half times the keep-alive"


def test_v3_keeps_its_own(broker):
    """A v3 client cannot be told, so its keep-alive stands."""
    assert connect(broker, "x", version=4, keepalive=60).connack.reason == 0
