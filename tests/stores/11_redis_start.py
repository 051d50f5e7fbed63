"""What redis-store says at start: what it cannot use, and what does not keep what it is given."""

import socket

from lib import connect, quiet_port
from redis import Redis, end, refused_start

SECRET = "wonder\"land"


def test_nobody_listens():
    address = f"127.0.0.1:{quiet_port()}"
    text = refused_start({"name": "redis-store", "config": {"address": address}})
    assert f"redis at {address}: connection refused; is it running?" in text, text


def test_no_socket():
    text = refused_start({"name": "redis-store", "config": {"address": "/nowhere/redis.sock"}})
    assert "redis at /nowhere/redis.sock: no such file or directory; is it running?" in text, text


def test_one_loop_tries():
    """It does not take as many timeouts as there are loops."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        text = refused_start({"name": "redis-store", "config": {"address": address, "command_timeout": "200ms"}},
                             workers=3)
        assert text.count("no answer within command_timeout") == 1, text
        assert "loop_start answered -1, on 4 of 4 loops" in text, text
        silent.setblocking(False)
        silent.accept()[0].close()
        try:
            silent.accept()
        except BlockingIOError:
            return
        raise AssertionError("a second loop tried")


def test_passwords():
    with Redis(requirepass=SECRET) as redis:
        with redis.broker() as broker:
            connect(broker, "a").publish("t", b"kept", qos=1, retain=True)
        config = {"address": redis.address}
        text = refused_start({"name": "redis-store", "config": {**config, "password": "guess-me"}})
        assert "AUTH is refused: WRONGPASS" in text and "guess-me" not in text, text
        text = refused_start({"name": "redis-store", "config": config})
        assert "NOAUTH" in text, text
        text = refused_start({"name": "redis-store", "config": {**config, "username": "bob", "password": "guess-me"}})
        assert "AUTH of user \\\"bob\\\" is refused" in text and "guess-me" not in text, text


def test_a_user_with_few_rights():
    """What README.md lists is enough; without CONFIG it says that it could not look."""
    with Redis() as redis:
        commands = "get set watch hset hdel hlen hscan hgetall unlink multi exec select".split()
        redis.call("ACL", "SETUSER", "grapnel", "on", ">" + SECRET, "~grapnel:*",
                   *("+" + command for command in commands))
        config = {"username": "grapnel", "password": SECRET, "database": 2}
        broker = redis.broker(**config).start()
        assert any("could not be checked" in line for line in broker.lines), broker.log_text()
        connect(broker, "a").publish("t", b"kept", qos=1, retain=True)
        end(broker)
        with redis.broker(**config) as broker:
            client = connect(broker, "a")
            client.subscribe("t")
            client.receive("t", b"kept", retain=True)


def test_unix_socket():
    with Redis(unix=True) as redis:
        broker = redis.broker().start()
        connect(broker, "a").publish("t", b"kept", qos=1, retain=True)
        end(broker)
        with redis.broker() as broker:
            client = connect(broker, "a")
            client.subscribe("t")
            client.receive("t", b"kept", retain=True)


def test_databases_and_prefixes_are_apart():
    with Redis() as redis:
        places = ({}, {"prefix": "other:"}, {"database": 3}, {"database": 3, "prefix": "other:"})
        for number, place in enumerate(places):
            with redis.broker(**place) as broker:
                client = connect(broker, "a")
                client.subscribe("t")
                client.publish("t", f"{number}", qos=1, retain=True)
                client.receive("t", f"{number}")
        for number, place in enumerate(places):
            with redis.broker(**place) as broker:
                client = connect(broker, "a")
                client.subscribe("t")
                client.receive("t", f"{number}", retain=True)
        assert all(key.startswith((b"grapnel:", b"other:")) for key in redis.keys() + redis.keys(database=3))


def test_newer_schema():
    with Redis() as redis:
        redis.call("SET", "grapnel:schema", "2")
        text = refused_start(redis.plugin())
        assert "is of schema 2" in text and "start a newer one" in text, text
        assert redis.keys() == [b"grapnel:schema"]


def test_damaged_records_end_the_start():
    with Redis() as redis:
        redis.call("HSET", "grapnel:retained", "t", "nonsense")
        text = refused_start(redis.plugin())
        assert "retained" in text and "records cannot be read" in text, text


def warnings(redis):
    with redis.broker() as broker:
        return [record["message"] for record in broker.records
                if record.get("level") == "warn" and record.get("module") == "plugin/redis-store"]


def test_warnings():
    with Redis() as redis:
        assert warnings(redis) == []
        redis.call("CONFIG", "SET", "appendfsync", "everysec")
        assert any("appendfsync everysec" in line for line in warnings(redis))
        redis.call("CONFIG", "SET", "appendonly", "no")
        assert any("appendonly no" in line for line in warnings(redis))
        redis.call("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always", "maxmemory-policy", "allkeys-lru")
        assert warnings(redis) == []
        redis.call("CONFIG", "SET", "maxmemory", "100mb")
        assert any("maxmemory-policy allkeys-lru" in line for line in warnings(redis))


def test_settings_that_make_no_sense():
    for config, words in (({"address": "redis"}, "HOST:PORT"), ({"adress": "127.0.0.1:1"}, "did you mean"),
                          ({"username": "a"}, "needs a password"), ({"database": -1}, "0 or more"),
                          ({"prefix": ""}, "must not be empty"), ({"hold": "-1s"}, ""), ({"sync": "commit"}, "sync")):
        text = refused_start({"name": "redis-store", "config": config})
        assert words in text, text
