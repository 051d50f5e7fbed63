"""What a client sends behind a CONNECT that is refused is not processed.
[MQTT-3.1.4-6] [MQTT-3.1.1: 3.1.4-5] [MQTT-3.2.2-6] [MQTT-3.2.2-7]"""
from lib import Client, connect, ledger, packets as p

config = dict(plugins=[ledger(default="allow", auth=[{"username": "good", "allow": True}])])


def test_publish_behind_a_refused_connect(broker):
    watcher = connect(broker, "watcher", username="good")
    watcher.subscribe("#")
    for version in (3, 4, 5):
        client = Client(broker, version)
        client.send(p.connect("bad", version=version, username="bad", password=b"x")
                    + p.publish("t", b"smuggled", version=version)
                    + p.publish("t", b"smuggled", 1, retain=True, version=version))
        client.expect_refused(0x86, v3=4)
    watcher.expect_nothing(after=connect(broker, "other", username="good"))


def test_publish_right_behind_an_accepted_connect(broker):
    """A client need not wait for CONNACK."""
    watcher = connect(broker, "watcher", username="good")
    watcher.subscribe("#")
    for version in (3, 4, 5):
        client = Client(broker, version)
        client.send(p.connect("eager", version=version, username="good") + p.publish("t", b"early", version=version)
                    + p.subscribe(7, ["eager"], version) + p.pingreq())
        client.expect("CONNACK", reason=0)
        client.expect("SUBACK", packet_id=7)
        client.expect("PINGRESP")
        watcher.receive("t", b"early")
