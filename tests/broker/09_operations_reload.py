"""SIGHUP under load drops nobody and loses nothing; a config that cannot be read changes nothing.
PITFALLS 3 reload fails open; PITFALLS 4 reload that is partial or fatal"""
import threading

from lib import Broker, check_serving, connect, ledger, many


def test_reload_under_load():
    with Broker() as broker:
        readers = many(broker, "reader", 4)
        for reader in readers:
            reader.subscribe("load", qos=1)
        publisher = connect(broker, "publisher")
        failures = []

        def publish_all():
            try:
                for number in range(600):
                    publisher.publish("load", b"%d" % number, qos=1 + number % 2)
            except Exception as error:
                failures.append(error)

        def read_all(reader):
            try:
                for number in range(600):
                    reader.receive("load", b"%d" % number, qos=1)
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=publish_all)]
        threads += [threading.Thread(target=read_all, args=(reader,)) for reader in readers]
        for thread in threads:
            thread.start()
        for _ in range(5):
            assert broker.reload()
        for thread in threads:
            thread.join()
        assert not failures, failures
        for client in readers + [publisher]:
            client.ping()


def test_broken_config_keeps_the_old():
    with Broker() as broker:
        client = connect(broker, "x")
        for broken in ("[broker\n", "[broker]\nworkerz = 1\n", "[[listener]]\nid = 1\n"):
            broker.config_path.write_text(broken)
            assert not broker.reload(), broken
            client.ping()
            check_serving(broker)
        broker.config_path.unlink()
        assert not broker.reload()
        client.ping()
        broker.write_config()
        assert broker.reload()
        client.ping()


def test_good_config_after_a_broken_one():
    with Broker() as broker:
        broker.config_path.write_text("nonsense")
        assert not broker.reload()
        broker.write_config(plugins=[ledger(default="allow", auth=[{"client": "y", "allow": True}])])
        assert broker.reload()
        connect(broker, "y").ping()
        connect(broker, "z", expect=0x86)


def test_a_restart_is_asked_for_until_the_file_is_as_it_was():
    with Broker() as broker:
        def asked_for():
            mark = broker.mark()
            assert broker.reload()
            return [record["key"] for record in broker.records[mark:]
                    if record["message"] == "a change of this key needs a restart"]

        broker.write_config(listeners=[{"id": "tcp"}, {"id": "more"}], broker={"sys_interval": "77s"})
        for _ in range(3):
            assert asked_for() == ["broker.sys_interval", "listener"]
        broker.write_config(listeners=None, broker=None)
        assert asked_for() == []
