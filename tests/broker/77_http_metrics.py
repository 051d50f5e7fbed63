"""/metrics speaks Prometheus' text format, and counts what happens."""

import shutil
import subprocess

from lib import Broker, connect, websocket as ws
from lib.http import get
from lib.prometheus import grown, metrics

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws"}, {"id": "http", "type": "http"}])


def test_what_happens_is_counted(broker):
    before = metrics(broker)
    subscriber = connect(broker, "sub")
    subscriber.subscribe("m/#", qos=2)
    publisher = ws.connect(broker, "pub")
    for qos in (0, 1, 2):
        publisher.publish("m/a", b"x", qos=qos, retain=True)
        subscriber.receive("m/a", b"x", qos=qos)
    subscriber.ping()
    after = metrics(broker)
    changed = grown(before, after)
    for name, amount in (
            ('grapnel_clients_connected', 2), ('grapnel_subscriptions', 1), ('grapnel_messages_retained', 1),
            ('grapnel_packets_total{direction="received",type="connect"}', 2),
            ('grapnel_packets_total{direction="sent",type="connack"}', 2),
            ('grapnel_packets_total{direction="received",type="publish"}', 3),
            ('grapnel_packets_total{direction="sent",type="publish"}', 3),
            ('grapnel_packets_total{direction="sent",type="puback"}', 1),
            ('grapnel_packets_total{direction="received",type="pubrec"}', 1),
            ('grapnel_messages_total{direction="received",qos="0"}', 1),
            ('grapnel_messages_total{direction="received",qos="2"}', 1),
            ('grapnel_messages_total{direction="sent",qos="1"}', 1)):
        assert changed.get(name) == amount, (name, changed)
    assert changed['grapnel_network_bytes_total{direction="received"}'] > 50
    assert changed['grapnel_loop_lag_seconds_count{worker="0"}'] > 0
    assert after["grapnel_open_fds"] > 5 and after["grapnel_memory_resident_bytes"] > 1 << 20
    assert after['grapnel_workers'] == broker.workers
    assert f'grapnel_loop_lag_seconds_count{{worker="{broker.workers - 1}"}}' in after
    assert after['grapnel_build_info{version="0.1.0"}'] == 1


def test_a_takeover_is_no_further_client():
    with Broker(**config) as broker:
        for _ in range(3):
            client = connect(broker, "same")
        client.ping()
        assert metrics(broker)["grapnel_clients_connected_maximum"] == 1


def test_queue_and_flight(broker):
    away = connect(broker, "away", properties={"session_expiry_interval": 100, "receive_maximum": 2})
    away.subscribe("q", qos=1)
    publisher = connect(broker, "q-pub")
    for number in range(5):
        publisher.publish("q", f"{number}".encode(), qos=1)
    away.receive("q", b"0", qos=1, ack=False)
    away.receive("q", b"1", qos=1, ack=False)
    values = metrics(broker)
    assert values["grapnel_messages_inflight"] == 2 and values["grapnel_messages_queued"] == 3, values
    connect(broker, "away", clean=True)
    values = metrics(broker)
    assert values["grapnel_messages_inflight"] == 0 and values["grapnel_messages_queued"] == 0, values
    assert values['grapnel_messages_dropped_total{reason="session_ended"}'] == 5, values


def test_bytes_and_drops_have_few_labels(broker):
    """An id or a topic of a client never becomes a label."""
    connect(broker, "unmistakable-name").publish("unmistakable-topic", b"x", retain=True)
    assert "unmistakable" not in get(broker, "/metrics")[2].decode()


def test_promtool(broker):
    program = shutil.which("promtool")
    assert program, "promtool is missing: see need_metrics in ./dev"
    text = get(broker, "/metrics")[2]
    done = subprocess.run([program, "check", "metrics"], input=text, capture_output=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, (done.stdout + done.stderr).decode()
