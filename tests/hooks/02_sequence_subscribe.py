"""The exact sequence of events of subscribing and unsubscribing."""
from hooklib import Recorded
from lib import connect

workers = (1,)


def test_subscribe():
    with Recorded(flags={"access": True}) as broker:
        client = connect(broker, "a")
        broker.events()
        client.subscribe("t/1", "t/+", qos=1)
        broker.expect_events("on_subscribe client=a filters=t/1:1,t/+:1",
                             "on_acl_check client=a topic=t/1 access=subscribe",
                             "on_acl_check client=a topic=t/+ access=subscribe",
                             "on_subscribed client=a filters=t/1:1,t/+:1")
        client.subscribe("$share/g/t", qos=2)
        broker.expect_events("on_subscribe client=a filters=$share/g/t:2",
                             "on_acl_check client=a topic=$share/g/t access=subscribe",
                             "on_subscribed client=a filters=$share/g/t:2")
        client.unsubscribe("t/1", "nothing", expect=[0, 0x11])
        broker.expect_events("on_unsubscribe client=a filters=t/1:0,nothing:0",
                             "on_unsubscribed client=a filters=t/1:0,nothing:17")


def test_packets_around_a_subscribe():
    with Recorded(flags={"packets": True}) as broker:
        client = connect(broker, "a")
        broker.events()
        client.subscribe("t")
        client.ping()
        broker.expect_events(
            "on_packet_read client=a type=8 id=1", "on_subscribe client=a filters=t:0",
            "on_subscribed client=a filters=t:0", "on_packet_encode client=a type=9 id=1",
            "on_packet_sent client=a type=9 id=1 bytes=1", "on_packet_processed client=a type=8 id=1",
            "on_packet_read client=a type=12", "on_packet_encode client=a type=13",
            "on_packet_sent client=a type=13 bytes=1", "on_packet_processed client=a type=12")


def test_retained_messages_follow():
    with Recorded(flags={"access": True}) as broker:
        publisher = connect(broker, "p")
        publisher.publish("t", b"kept", qos=1, retain=True)
        client = connect(broker, "a")
        broker.events()
        client.subscribe("t", qos=1)
        client.receive("t", b"kept", qos=1, retain=True)
        client.ping()
        broker.expect_events(
            "on_subscribe client=a filters=t:1", "on_acl_check client=a topic=t access=subscribe",
            "on_subscribed client=a filters=t:1", "on_acl_check client=a topic=t access=deliver",
            "on_qos_publish client=a type=3 id=1 topic=t payload=kept qos=1 retain from=p",
            "on_retain_published client=a type=3 topic=t payload=kept qos=1 retain from=p",
            "on_qos_complete client=a type=4 id=1")


def test_end_of_a_session_unsubscribes():
    with Recorded() as broker:
        client = connect(broker, "a")
        client.subscribe("t/1", "t/2")
        broker.events()
        client.disconnect()
        found = broker.events()
        assert found[0] == "on_disconnect client=a code=0 ends=1", found
        filters = found[1].removeprefix("on_unsubscribed client=a filters=").split(",")
        assert sorted(filters) == ["t/1:0", "t/2:0"], found
        assert len(found) == 2, found
