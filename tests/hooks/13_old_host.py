"""Plugins of today work under a host of each minor that was frozen: its tables are cut to what that minor had, and what
lies beyond ends the process (tests/abi/old_host.cpp)."""
import contextlib
import os
import unittest.mock

from hooklib import plugin
from lib import Broker, allow_all, build_dir, connect, packets as p

workers = (1,)

HOSTS = sorted((build_dir() / "tests" / "abi").glob("grapnel-v1.*"))
HOSTS = [path for path in HOSTS if path.is_file()]
KEEP = {"session_expiry_interval": 100}
PLUGINS = [plugin("debug", packets=True, show_packet_data=True, show_pings=True), plugin("rocksdb-store", sync="off"),
           allow_all()]


@contextlib.contextmanager
def under(host):
    with unittest.mock.patch.dict(os.environ, GRAPNEL_TEST_PROGRAM=str(host)):
        yield


def talk(broker):
    """What makes the bundled plugins be called for all that they implement."""
    away = connect(broker, "away", clean=False, properties=KEEP, will=p.will("will", b"x", qos=1))
    away.subscribe("t", "$share/g/shared", qos=2)
    away.close()
    publisher = connect(broker, "p", clean=False, properties=KEEP)
    publisher.publish("t", b"waits", qos=1)
    publisher.publish("t", b"kept", qos=2, retain=True)
    publisher.publish("gone", b"kept", qos=1, retain=True)
    publisher.publish("gone", b"", qos=1, retain=True)
    publisher.subscribe("t", qos=1)
    publisher.receive("t", b"kept", qos=1, retain=True)
    publisher.unsubscribe("t")
    publisher.disconnect()


def test_there_are_old_hosts():
    assert HOSTS


def test_bundled_plugins():
    """Also over a restart, so that what was stored is given back through the tables of that minor."""
    for host in HOSTS:
        with under(host):
            broker = Broker(plugins=PLUGINS, log={"level": "debug"})
            broker.start()
            talk(broker)
            broker.process.terminate()
            assert broker.wait_exit() == 0, broker.log_tail()
            broker.records.clear()
            with broker:
                away = connect(broker, "away", clean=False, session=True, properties=KEEP)
                away.receive("t", b"waits", qos=1)
                away.receive("t", b"kept", qos=2)
                away.disconnect()


def test_what_is_missing_is_noticed():
    """A plugin that asks whether a function is there goes on without it; one that does not ask is found out."""
    for host in HOSTS:
        with under(host):
            with Broker(plugins=[plugin("asks_too_little", asks=False), allow_all()]) as broker:
                broker.wait_record("the host is new enough")
                connect(broker, "a").ping()
                broker.wait_record("all of the view")
            less = {"GRAPNEL_TEST_CUT_MORE": "1"}
            with Broker(plugins=[plugin("asks_too_little"), allow_all()], environment=less) as broker:
                broker.wait_record("the host is older")
                connect(broker, "a").ping()
                broker.wait_record("a part of the view")
            broker = Broker(plugins=[plugin("asks_too_little", asks=False)], environment=less)
            broker.launch()
            assert broker.wait_exit() == 99, broker.log_tail()
            assert "called what this host does not have, without GN_HAS" in broker.log_text()
            broker.process = None
