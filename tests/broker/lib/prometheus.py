"""What /metrics says."""

import re

from .http import get

LABELS = r'\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\}'
SAMPLE = re.compile(rf'^[a-zA-Z_:][a-zA-Z0-9_:]*(?:{LABELS})? ([0-9.eE+-]+|NaN|[+-]Inf)$')
LABEL = re.compile(r'([a-z_]+)="')


def metrics(broker, listener="http"):
    """{name with labels: value}; every line is well formed, and no name is there twice."""
    status, headers, body = get(broker, "/metrics", listener=listener)
    assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4"), headers
    values = {}
    for line in body.decode().splitlines():
        if not line.startswith("#"):
            assert SAMPLE.match(line), line
            name, value = line.rsplit(" ", 1)
            assert name not in values, f"{name} twice"
            values[name] = float(value)
    return values


def families(text):
    """{family: (type, names of the labels of its samples)}"""
    found, family = {}, None
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            family, kind = line.split()[2:]
            found[family] = (kind, set())
        elif not line.startswith("#"):
            found[family][1].update(set(LABEL.findall(line)) - {"le"})
    return found


def grown(before, after):
    """What has changed, and by how much."""
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
