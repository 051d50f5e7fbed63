"""Retain-as-published keeps the flag of a live message; without it the flag is cleared. Replays always have it.
[MQTT-3.3.1-12] [MQTT-3.3.1-13]"""
from lib import connect


def test_flag(broker):
    keeps, clears = connect(broker, "keeps"), connect(broker, "clears")
    keeps.subscribe("rap/+", qos=1, retain_as_published=True)
    clears.subscribe("rap/+", qos=1)
    for version in (4, 5):
        publisher = connect(broker, "pub", version=version)
        for qos in (0, 1):
            for retain in (True, False):
                publisher.publish("rap/x", b"x", qos=qos, retain=retain)
                keeps.receive("rap/x", b"x", qos=qos, retain=retain)
                clears.receive("rap/x", b"x", qos=qos, retain=False)
    for option in (True, False):
        late = connect(broker, "late")
        late.subscribe("rap/+", retain_as_published=option)
        late.receive("rap/x", b"x", retain=True)
        late.disconnect()
