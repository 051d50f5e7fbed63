"""/metrics shows what docs/metrics.md has, with the same types and labels, and nothing else."""
import pathlib
import re

from lib import Broker, allow_all, connect
from lib.http import get
from lib.prometheus import families, metrics

LISTENERS = [{"id": "tcp"}, {"id": "http", "type": "http"}]
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(grapnel_[a-z_]+)` \| (counter|gauge|histogram) \| (.*?) \|")


def described():
    found = {}
    for row in filter(None, map(ROW.match, PAGE.read_text().splitlines())):
        name, kind, labels = row.groups()
        assert name not in found, f"{name} twice"
        found[name] = (kind, set(re.findall(r"`([a-z_]+)`", labels)))
    return found


def test_names():
    plugin = {**allow_all(), "call_budget": "10s"}
    with Broker(plugins=[plugin], listeners=LISTENERS, broker={"sys_interval": "1h"}) as broker:
        connect(broker, "x").publish("t", b"x", qos=1)
        while not any("plugin_call_seconds_count" in name for name in metrics(broker)):
            continue  # plugins are looked at once a second, whatever sys_interval is
        shown = families(get(broker, "/metrics")[2].decode())
        # What the plugin counts by itself is its own.
        own = {name for name in shown if name.startswith("grapnel_plugin_") and name not in described()}
        assert all("result" in shown[name][1] or name.endswith("waiting") for name in own), own
        assert {name: shown[name] for name in shown if name not in own} == described()


def test_plugins_are_told_apart():
    quiet = {**allow_all(), "id": "quiet"}
    with Broker(plugins=[allow_all(), quiet], listeners=LISTENERS) as broker:
        connect(broker, "x").publish("t", b"x", qos=1)
        name, values = allow_all().get("id", allow_all()["name"]), {}
        while values.get(f'grapnel_plugin_calls_total{{plugin="{name}",event="on_connect_authenticate"}}') != 1:
            values = metrics(broker)
        assert values[f'grapnel_plugin_up{{plugin="{name}"}}'] == values['grapnel_plugin_up{plugin="quiet"}'] == 1
        assert values['grapnel_plugin_calls_total{plugin="quiet",event="on_connect_authenticate"}'] == 0
        labels = f'{{plugin="{name}",event="on_connect_authenticate"}}'
        assert values[f"grapnel_plugin_call_seconds_count{labels}"] == 1
        assert 0 < values[f"grapnel_plugin_call_seconds_sum{labels}"] < 10
        assert values[f'grapnel_plugin_failures_total{{plugin="{name}"}}'] == 0
