"""grapnel_delivery_latency_seconds with stores and with slow plugins: what waited for either counts, what a restart
restored does not."""
import pathlib
import tempfile

from hooklib import one_event, plugin
from lib import Broker, allow_all, connect
from lib.prometheus import metrics

LISTENERS = [{"id": "tcp"}, {"id": "http", "type": "http"}]
LASTS = dict(clean=False, properties={"session_expiry_interval": 1000})
NAME = "grapnel_delivery_latency_seconds"


def delivered(broker, *receivers):
    """How many were counted, and how many of them took longer than 100 ms."""
    for receiver in receivers:
        receiver.ping()
    values = metrics(broker)
    count = values[f"{NAME}_count"]
    return count, count - values[f'{NAME}_bucket{{le="0.1"}}']


def test_held_until_commit():
    with tempfile.TemporaryDirectory() as folder:
        plugins = [plugin("memory_store", file=str(pathlib.Path(folder) / "store"), defer=True), allow_all()]
        with Broker(plugins=plugins, listeners=LISTENERS) as broker:
            client = connect(broker, "s", **LASTS)
            client.subscribe("t", qos=2)
            publisher = connect(broker, "p")
            for qos in (2, 1, 0, 2):
                publisher.publish("t", b"x", qos=qos)
                client.receive("t", qos=qos)
            assert delivered(broker, client)[0] == 4
            client.disconnect()
            publisher.publish("t", b"away", qos=1)
        with Broker(plugins=plugins, listeners=LISTENERS) as broker:
            client = connect(broker, "s", session=True, **LASTS)
            client.receive("t", b"away", qos=1)
            assert delivered(broker, client)[0] == 0
            connect(broker, "p").publish("t", b"x", qos=2)
            client.receive("t", qos=2)
            assert delivered(broker, client)[0] == 1


def test_time_in_a_plugin():
    """A hook that takes its time, once for each message."""
    with Broker(plugins=[one_event("dawdles", "on_publish", 120), allow_all()], listeners=LISTENERS) as broker:
        client = connect(broker, "s")
        client.subscribe("t")
        connect(broker, "p").publish("t", b"x", qos=1)
        client.receive("t")
        assert delivered(broker, client) == (1, 1)


def test_plugins_that_see_packets():
    """What is encoded for a plugin to see is counted as what is not."""
    with Broker(plugins=[one_event("answers", "on_packet_encode"), allow_all()], listeners=LISTENERS) as broker:
        client = connect(broker, "s")
        client.subscribe("t", qos=1)
        publisher = connect(broker, "p")
        for qos in (0, 1):
            publisher.publish("t", b"x", qos=qos)
            client.receive("t", qos=qos)
        assert delivered(broker, client)[0] == 2
