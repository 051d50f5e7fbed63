"""A version below limits.minimum_protocol_version is refused with the code of "unsupported version".
[MQTT-3.1.1: 3.1.2-2]"""
from lib import Client, connect, packets as p

config = dict(limits={"minimum_protocol_version": 4})


def test_below_minimum(broker):
    client = Client(broker, 3)
    client.send(p.connect("old", version=3))
    client.expect_refused(0x84, v3=1)


def test_at_minimum(broker):
    connect(broker, "four", version=4).ping()
    connect(broker, "five", version=5).ping()


def test_only_five():
    from lib import Broker
    with Broker(limits={"minimum_protocol_version": 5}) as broker:
        for version in (3, 4):
            client = Client(broker, version)
            client.send(p.connect("old", version=version))
            client.expect_refused(0x84, v3=1)
        connect(broker, "five", version=5).ping()
