"""A transaction reaches Redis late: its connection was given up, and what it holds was written over another one."""

from late_path import LatePath
from lib import Broker, allow_all, connect
from redis import Redis

KEEP = {"session_expiry_interval": 1000}


def broker_over(path):
    """command_timeout is long enough for a start beside compilers."""
    config = {"address": path.address, "command_timeout": "2s", "hold": "30s"}
    return Broker(plugins=[{"name": "redis-store", "defer_timeout": "60s", "config": config}, allow_all()])


def check(broker):
    """The session has the new subscription alone, and the message that was acknowledged."""
    client = connect(broker, "s", clean=False, properties=KEEP, session=True)
    client.receive("new", b"acknowledged", qos=1)
    connect(broker, "p").publish("old", b"", qos=1, expect=0x10)
    client.ping()


def test_after_newer_ones():
    """It would end the session that lives again."""
    with Redis() as redis, LatePath(redis.port) as path:
        with broker_over(path) as broker:
            client = connect(broker, "s", clean=False, properties=KEEP)
            client.subscribe("old", qos=1)
            client.disconnect()
            path.hold()
            client = connect(broker, "s", clean=True, properties=KEEP)
            client.subscribe("new", qos=1)
            client.disconnect()
            publisher = connect(broker, "p")
            publisher.publish("new", b"acknowledged", qos=1)
            path.deliver()
            publisher.publish("other", b"", qos=1, retain=True)
            assert redis.call("HKEYS", "grapnel:subscription:s") == [b"new"]
            assert redis.call("HLEN", "grapnel:outbound:s") == 1
        with broker_over(path) as broker:
            check(broker)


def test_between_a_look_and_a_transaction():
    """The new connection has found what it expected; then the late one comes in. The new one does nothing, and a third
    connection does it all."""
    with Redis() as redis, LatePath(redis.port) as path:
        with broker_over(path) as broker:
            client = connect(broker, "s", clean=False, properties=KEEP)
            client.subscribe("old", qos=1)
            client.disconnect()
            path.hold()
            path.deliver_before(b"EXEC")
            client = connect(broker, "s", clean=True, properties=KEEP)
            client.subscribe("new", qos=1)
            client.disconnect()
            connect(broker, "p").publish("new", b"acknowledged", qos=1)
            assert len(path.links) == 3, "the transaction was done, though another one came in between"
            assert redis.call("HKEYS", "grapnel:subscription:s") == [b"new"]
        with broker_over(path) as broker:
            check(broker)
