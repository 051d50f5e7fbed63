"""The exact sequence of events of connecting, taking over, and leaving."""
from hooklib import Recorded
from lib import Client, connect, packets as p

workers = (1,)

KEEP = {"session_expiry_interval": 100}
ESTABLISHED = ("on_connect client={0} protocol={1} clean={2} keepalive=60", "on_connect_authenticate client={0}",
               "on_session_establish client={0} type=1", "on_session_established client={0} type=1")


def arrival(client_id, version=5, clean=1):
    return [line.format(client_id, version, clean) for line in ESTABLISHED]


def test_connect_and_leave():
    with Recorded() as broker:
        broker.events()
        for version in (3, 4, 5):
            client = connect(broker, "a", version=version)
            broker.expect_events(*arrival("a", version))
            client.disconnect()
            broker.expect_events("on_disconnect client=a code=0 ends=1")


def test_packets_around_a_connect():
    with Recorded(flags={"packets": True}) as broker:
        broker.events()
        client = connect(broker, "a")
        client.ping()
        broker.expect_events(
            "on_packet_read client=a type=1",
            *arrival("a")[:3],
            "on_packet_encode client=a type=2",
            "on_packet_sent client=a type=2 bytes=1",
            arrival("a")[3],
            "on_packet_read client=a type=12",
            "on_packet_encode client=a type=13",
            "on_packet_sent client=a type=13 bytes=1",
            "on_packet_processed client=a type=12")


def test_session_stays():
    with Recorded() as broker:
        connect(broker, "a", clean=False, properties=KEEP).disconnect()
        broker.events()
        connect(broker, "a", clean=False, properties=KEEP, session=True)
        broker.expect_events(*arrival("a", clean=0))


def test_takeover():
    with Recorded() as broker:
        first = connect(broker, "a", clean=False, properties=KEEP)
        broker.events()
        connect(broker, "a", clean=False, properties=KEEP, session=True)
        first.expect_disconnect(0x8E)
        broker.expect_events(*arrival("a", clean=0)[:3], "on_disconnect client=a code=142 ends=0",
                             arrival("a", clean=0)[3])


def test_takeover_that_ends_the_session():
    with Recorded() as broker:
        first = connect(broker, "a", clean=False, properties=KEEP)
        first.subscribe("t", qos=1)
        broker.events()
        connect(broker, "a", session=False)
        first.expect_disconnect(0x8E)
        found = broker.events()
        assert found[:3] == arrival("a")[:3] and found[-1] == arrival("a")[3], found
        assert "on_unsubscribed client=a filters=t:0" in found, found
        assert [line for line in found if line.startswith("on_disconnect")], found


def test_lost_connection():
    with Recorded() as broker:
        client = connect(broker, "a", clean=False, properties=KEEP)
        broker.events()
        client.close()
        broker.wait_event("on_disconnect")
        found = broker.events()
        assert len(found) == 1, found
        assert found[0].startswith("on_disconnect client=a code=") and found[0].endswith("ends=0"), found


def test_protocol_error():
    with Recorded() as broker:
        client = connect(broker, "a")
        broker.events()
        client.send(p.connect("a"))
        client.expect_disconnect(0x82)
        broker.expect_events("on_disconnect client=a code=130 ends=1")


def test_refused():
    """Who was not let in is not told of again."""
    from hooklib import one_event
    with Recorded(others=[one_event("answers", "on_connect", 2)]) as broker:
        broker.events()
        client = Client(broker)
        client.send(p.connect("a"))
        client.expect_refused(0x87)
        broker.expect_events(arrival("a")[0])
