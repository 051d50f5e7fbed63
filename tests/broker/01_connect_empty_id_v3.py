"""3.1.1: an empty id needs a clean session, else return code 2; 3.1 needs an id always.
[MQTT-3.1.1: 3.1.3-6] [MQTT-3.1.1: 3.1.3-7] [MQTT-3.1.1: 3.1.3-8] [MQTT-3.1.1: 3.1.3-9] [MQTT-3.1.1: 3.2.2-4]
[MQTT-3.1.1: 3.2.2-5]"""
from lib import Client, connect, packets as p


def test_clean_is_accepted(broker):
    first, second = connect(broker, "", version=4), connect(broker, "", version=4)
    first.ping()
    second.ping()


def test_not_clean_is_refused(broker):
    client = Client(broker, 4)
    client.send(p.connect("", version=4, clean=False))
    client.expect_refused(0x85, v3=2)


def test_version_3_1_is_refused(broker):
    for clean in (True, False):
        client = Client(broker, 3)
        client.send(p.connect("", version=3, clean=clean))
        client.expect_refused(0x85, v3=2)
