"""What the broker itself says of each plugin, below $SYS/broker/plugins/<id>, in whatever state it is."""
from hooklib import one_event, plugin
from lib import Broker, allow_all, connect, packets as p

OFTEN = {"sys_interval": "50ms"}
PREFIX = "$SYS/broker/plugins/"
CONTINUE = 0


class Values:
    """Follows all of these topics; an empty value takes one away."""

    def __init__(self, broker):
        self.client = connect(broker, "values")
        self.client.subscribe(PREFIX + "#")
        self.now = {}

    def wait(self, **wanted):
        """Until a plugin's values are these; None: absent. Names with `__` for `/` come after the id."""
        wanted = {name.replace("__", "/"): value for name, value in wanted.items()}
        while any(self.now.get(topic) != value for topic, value in wanted.items()):
            packet = self.client.expect("PUBLISH")
            topic = packet.topic.removeprefix(PREFIX)
            self.now.pop(topic, None)
            if packet.payload:
                self.now[topic] = packet.payload.decode()


def publish(client, count):
    for _ in range(count):
        client.publish("t", b"x", qos=1, expect=0x10)


def test_counts():
    plugins = [one_event("answers", "on_publish", CONTINUE, _id="quiet"),
               one_event("answers", "on_publish", CONTINUE, _id="timed", _call_budget="60s"), allow_all()]
    with Broker(plugins=plugins, broker=OFTEN) as broker:
        client, values = connect(broker, "a"), Values(broker)
        publish(client, 3)
        for name in ("quiet", "timed"):
            none = ("failures", "timeouts", "deferred", "outstanding", "answers_again", "answers_late", "left_open")
            values.wait(**{f"{name}__state": "serving", f"{name}__version": "1", f"{name}__calls": "3",
                           **{f"{name}__{number}": "0" for number in none}})
        # A round later all of the one before has come.
        publish(client, 1)
        values.wait(quiet__calls="4", timed__calls="4", timed__over_budget="0")
        assert "timed/time_us" in values.now and "quiet/time_us" in values.now, values.now
        assert not [name for name in ("over_budget", "error") if f"quiet/{name}" in values.now], values.now


def test_time_of_calls():
    """One call in many is timed, and stands for the others; without a call there is no time."""
    with Broker(plugins=[one_event("dawdles", "on_publish", 5, _id="slow"), allow_all()], broker=OFTEN) as broker:
        client, values = connect(broker, "a"), Values(broker)
        values.wait(slow__calls="0", slow__time_us=None)
        publish(client, 4)
        values.wait(slow__calls="4")
        broker.wait_sys("plugins/slow/time_us", lambda micros: 20_000 <= micros < 10_000_000)


def test_what_went_wrong():
    plugins = [one_event("undefined_verdict", "on_publish", _id="nonsense"),
               one_event("never_completes", "on_publish", _id="silent", _defer_timeout="2s"), allow_all()]
    with Broker(plugins=plugins, broker=OFTEN) as broker:
        values = Values(broker)
        client = connect(broker, "a")
        client.publish("t", b"x", qos=1, expect=0x83)
        values.wait(nonsense__failures="1", silent__deferred="0")
        broker.write_config(plugins=plugins[1:])
        assert broker.reload()
        client.send(p.publish("t", b"x", 1, packet_id=77))
        values.wait(silent__deferred="1", silent__outstanding="1", nonsense__state="stopped")
        values.wait(silent__timeouts="1", silent__outstanding="0")


def test_removed_and_put_back():
    answers = one_event("answers", "on_publish", CONTINUE, _id="comes")
    with Broker(plugins=[answers, allow_all()], broker=OFTEN) as broker:
        client, values = connect(broker, "a"), Values(broker)
        publish(client, 2)
        values.wait(comes__state="serving", comes__calls="2")
        broker.write_config(plugins=[allow_all()])
        assert broker.reload()
        values.wait(comes__state="stopped", comes__calls="2")
        broker.write_config(plugins=[answers, allow_all()])
        assert broker.reload()
        values.wait(comes__state="serving", comes__calls="0")


def test_failed():
    plugins = [plugin(name, _required=False) for name in ("create_fails", "start_fails", "no_such_plugin")]
    with Broker(plugins=[*plugins, allow_all()], broker=OFTEN, workers=2) as broker:
        values = Values(broker)
        values.wait(create_fails__state="failed", create_fails__version="1", start_fails__state="failed",
                    start_fails__error="loop_start answered -6, on 3 of 3 loops", no_such_plugin__state="failed",
                    no_such_plugin__version=None)
        assert "no no_such_plugin.so" in values.now["no_such_plugin/error"], values.now
        broker.write_config(plugins=[allow_all()])
        assert broker.reload()
        values.wait(create_fails__state=None, start_fails__state=None, no_such_plugin__state=None)


def test_names_of_the_broker_are_not_taken():
    """A plugin may call a metric like one of the broker's values: both are there."""
    with Broker(plugins=[plugin("counts", also="state"), allow_all()], broker=OFTEN) as broker:
        values = Values(broker)
        publish(connect(broker, "a"), 1)
        values.wait(**{"counts__state": "serving", "counts__metric=state": "1"})
