"""sdk/examples/readonly.c: nobody publishes below its prefix."""
from lib import Broker, allow_all, connect, packets as p


def readonly(**config):
    return {"name": "readonly", "order": 10, "config": config}


config = dict(plugins=[allow_all(), readonly(prefix="plant/setpoints")])


def test_publishes_are_refused(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("plant/#", qos=2)
    client = connect(broker, "client")
    for topic in ("plant/setpoints", "plant/setpoints/1", "plant/setpoints/1/2"):
        for qos in (1, 2):
            refusal = client.publish(topic, b"x", qos=qos, expect=0x87)
            assert refusal.properties.get("reason_string") == "read only", refusal
        client.publish(topic, b"x")
    client.ping()
    watcher.expect_nothing(after=client)


def test_older_clients_are_not_told(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("plant/#", qos=2)
    client = connect(broker, "client", version=4)
    for qos in (0, 1, 2):
        client.publish("plant/setpoints/1", b"x", qos=qos)
    watcher.expect_nothing(after=client)


def test_the_rest_of_the_tree_is_free(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("plant/#", qos=1)
    client = connect(broker, "client")
    for topic in ("plant", "plant/setpoint", "plant/setpoints2", "plant/measured/1"):
        client.publish(topic, b"x", qos=1)
        watcher.receive(topic, b"x", qos=1)


def test_wills_are_refused(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("plant/#")
    for topic in ("plant/setpoints/1", "plant/gone"):
        client = connect(broker, topic.replace("/", "-"), will=p.will(topic, b"x"))
        client.disconnect(0x04)
    watcher.receive("plant/gone", b"x")


def test_a_prefix_is_needed():
    for settings in ({}, {"prefix": ""}, {"prefix": 1}):
        broker = Broker(plugins=[readonly(**settings), allow_all()])
        broker.launch()
        assert broker.wait_exit() > 0, settings
        assert "prefix: expected a topic" in broker.log_text(), broker.log_tail()
        broker.process = None
