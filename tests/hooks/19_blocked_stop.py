"""A plugin that blocks a loop does not keep the broker from ending: shutdown_timeout begins with the signal."""
import signal
import time

from hooklib import one_event, plugin
from lib import Broker, allow_all, connect, packets as p, scaled


def ends(broker, module, where):
    """The process ends as a failure, not before its time, and says who was where."""
    asked = time.monotonic()
    broker.process.terminate()
    assert broker.wait_exit() == 1, broker.log_tail()
    took = time.monotonic() - asked
    assert 1 <= took < scaled(4), took
    broker.wait_record("plugin blocks a loop", module=module, **{"in": where})
    broker.check_sanitizers()
    broker.process = None


def blocked(event, workers=2, **arguments):
    return Broker(plugins=[one_event("blocks", event, _id="stuck"), allow_all()], workers=workers,
                  limits={"shutdown_timeout": "1s"}, **arguments)


def test_a_worker_in_a_hook():
    broker = blocked("on_publish").start()
    client = connect(broker, "a")
    client.send(p.publish("t", b"x", 1, packet_id=1))
    broker.wait_record("blocking", module="plugin/stuck")
    ends(broker, "plugin/stuck", "on_publish")


def test_while_a_reload_waits_for_it():
    broker = blocked("on_publish").start()
    client = connect(broker, "a")
    client.send(p.publish("t", b"x", 1, packet_id=1))
    broker.wait_record("blocking", module="plugin/stuck")
    broker.write_config(plugins=[allow_all(), plugin("counts")])
    broker.process.send_signal(signal.SIGHUP)
    broker.wait_record("plugin loaded", plugin="counts")
    ends(broker, "plugin/stuck", "on_publish")


def test_the_main_loop_when_it_is_told_of_the_stop():
    broker = blocked("on_stopped").start()
    ends(broker, "plugin/stuck", "on_stopped")
