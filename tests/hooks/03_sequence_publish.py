"""The exact sequence of events of publishing at each QoS, retaining, and dropping."""
from hooklib import Recorded
from lib import connect, packets as p

workers = (1,)


def both(broker, **arguments):
    """A publisher "p" and a subscriber "s" to t/#."""
    subscriber = connect(broker, "s", **arguments)
    subscriber.subscribe("t/#", qos=2)
    publisher = connect(broker, "p")
    broker.events()
    return publisher, subscriber


def test_qos_0():
    with Recorded(flags={"access": True}) as broker:
        publisher, subscriber = both(broker)
        publisher.publish("t/0", b"x")
        subscriber.receive("t/0", b"x")
        publisher.ping()
        broker.expect_events("on_acl_check client=p topic=t/0 access=publish",
                             "on_publish client=p type=3 topic=t/0 payload=x qos=0 from=p",
                             "on_acl_check client=s topic=t/0 access=deliver",
                             "on_published client=p type=3 topic=t/0 payload=x qos=0 from=p")


def test_qos_1():
    with Recorded(flags={"access": True}) as broker:
        publisher, subscriber = both(broker)
        publisher.publish("t/1", b"x", qos=1, packet_id=77)
        subscriber.receive("t/1", b"x", qos=1)
        subscriber.ping()
        broker.expect_events("on_acl_check client=p topic=t/1 access=publish",
                             "on_publish client=p type=3 id=77 topic=t/1 payload=x qos=1 from=p",
                             "on_acl_check client=s topic=t/1 access=deliver",
                             "on_qos_publish client=s type=3 id=1 topic=t/1 payload=x qos=1 from=p",
                             "on_published client=p type=3 id=77 topic=t/1 payload=x qos=1 from=p",
                             "on_qos_complete client=s type=4 id=1")


def test_qos_2():
    with Recorded() as broker:
        publisher, subscriber = both(broker)
        publisher.send(p.publish("t/2", b"x", 2, packet_id=77))
        publisher.expect("PUBREC", packet_id=77)
        message = subscriber.receive("t/2", b"x", qos=2, ack=False)
        found = broker.events()
        assert found == ["on_publish client=p type=3 id=77 topic=t/2 payload=x qos=2 from=p",
                         "on_qos_publish client=s type=3 id=1 topic=t/2 payload=x qos=2 from=p",
                         "on_qos_publish client=p type=5 id=77",
                         "on_published client=p type=3 id=77 topic=t/2 payload=x qos=2 from=p"], found
        publisher.send(p.pubrel(77))
        publisher.expect("PUBCOMP", packet_id=77)
        broker.expect_events("on_qos_complete client=p type=6 id=77")
        subscriber.send(p.pubrec(message.packet_id))
        subscriber.expect("PUBREL", packet_id=message.packet_id)
        broker.expect_events("on_qos_publish client=s type=6 id=1")
        subscriber.send(p.pubcomp(message.packet_id))
        subscriber.ping()
        broker.expect_events("on_qos_complete client=s type=7 id=1")


def test_packets_around_a_delivery():
    with Recorded(flags={"packets": True}) as broker:
        subscriber = connect(broker, "s")
        subscriber.subscribe("t")
        subscriber.ping()
        broker.events()
        publisher = connect(broker, "p")
        publisher.publish("t", b"x")
        subscriber.receive("t", b"x")
        publisher.ping()
        found = [line for line in broker.events() if "client=p type=1 " not in line and "type=3 " in line]
        assert found == ["on_packet_read client=p type=3 topic=t payload=x qos=0",
                         "on_publish client=p type=3 topic=t payload=x qos=0 from=p",
                         "on_packet_encode client=s type=3 topic=t payload=x qos=0 from=p",
                         "on_packet_sent client=s type=3 topic=t payload=x qos=0 from=p bytes=1",
                         "on_published client=p type=3 topic=t payload=x qos=0 from=p",
                         "on_packet_processed client=p type=3 topic=t payload=x qos=0 from=p"], found


def test_retain():
    with Recorded() as broker:
        publisher = connect(broker, "p")
        broker.events()
        line = "type=3{0} topic=t payload={1} qos=1 retain from=p"
        for packet_id, payload, change in ((5, "one", 1), (6, "two", 1), (7, "", -1)):
            publisher.publish("t", payload.encode(), qos=1, retain=True, packet_id=packet_id)
            facts = line.format(f" id={packet_id}", payload)
            broker.expect_events(f"on_publish client=p {facts}",
                                 f"on_retain_message client=p {line.format('', payload)} change={change}",
                                 f"on_published client=p {facts}")
        publisher.publish("t", b"", qos=1, retain=True, packet_id=8)
        assert not [each for each in broker.events() if "on_retain_message" in each], "removed what was not there"


def test_offline_queue():
    """Queued without a packet id, sent with one when the client is back."""
    keep = {"session_expiry_interval": 100}
    with Recorded() as broker:
        subscriber = connect(broker, "s", clean=False, properties=keep)
        subscriber.subscribe("t", qos=1)
        subscriber.disconnect()
        publisher = connect(broker, "p")
        broker.events()
        publisher.publish("t", b"x", qos=1, packet_id=9)
        broker.expect_events("on_publish client=p type=3 id=9 topic=t payload=x qos=1 from=p",
                             "on_qos_publish client=s type=3 topic=t payload=x qos=1 from=p unsent",
                             "on_published client=p type=3 id=9 topic=t payload=x qos=1 from=p")
        subscriber = connect(broker, "s", clean=False, properties=keep, session=True)
        message = subscriber.receive("t", b"x", qos=1, ack=False)
        found = [line for line in broker.events() if line.startswith("on_qos")]
        assert found == ["on_qos_publish client=s type=3 id=1 topic=t payload=x qos=1 from=p"], found
        subscriber.close()
        broker.wait_event("on_disconnect")
        broker.events()
        subscriber = connect(broker, "s", clean=False, properties=keep, session=True)
        subscriber.receive("t", b"x", qos=1, dup=True)
        subscriber.ping()
        found = [line for line in broker.events() if line.startswith("on_qos")]
        assert message.packet_id == 1
        assert found == ["on_qos_publish client=s type=3 id=1 topic=t payload=x qos=1 dup from=p resends=1",
                         "on_qos_complete client=s type=4 id=1"], found


def test_queue_full():
    keep = {"session_expiry_interval": 100}
    with Recorded(limits={"maximum_queued_messages": 1}) as broker:
        subscriber = connect(broker, "s", clean=False, properties=keep)
        subscriber.subscribe("t", qos=1)
        subscriber.disconnect()
        publisher = connect(broker, "p")
        publisher.publish("t", b"1", qos=1)
        broker.events()
        publisher.publish("t", b"2", qos=1)
        found = [line for line in broker.events() if "client=s" in line]
        assert found == ["on_publish_dropped client=s type=3 topic=t payload=2 qos=1 from=p"], found


def test_refused_delivery():
    """A receiver that answers PUBREC with an error drops the state."""
    with Recorded() as broker:
        publisher, subscriber = both(broker)
        publisher.publish("t", b"x", qos=2)
        message = subscriber.expect("PUBLISH", qos=2)
        broker.events()
        subscriber.send(p.pubrec(message.packet_id, 0x97))
        subscriber.ping()
        broker.expect_events("on_qos_dropped client=s type=5 id=1 code=151")


def test_session_end_drops():
    with Recorded() as broker:
        publisher, subscriber = both(broker)
        publisher.publish("t", b"x", qos=1)
        subscriber.expect("PUBLISH", qos=1)
        broker.events()
        subscriber.disconnect()
        found = broker.events()
        assert found[0] == "on_disconnect client=s code=0 ends=1", found
        assert "on_qos_dropped client=s type=3 id=1 topic=t payload=x qos=1 from=p" in found, found


def test_shared():
    with Recorded() as broker:
        for name in ("s1", "s2"):
            connect(broker, name).subscribe("$share/g/t")
        publisher = connect(broker, "p")
        broker.events()
        publisher.publish("t", b"x", qos=1)
        found = [line for line in broker.events() if line.startswith("on_select")]
        assert len(found) == 1 and "targets=s1:1,s2:1" in found[0], found
        publisher.publish("unshared", b"x", qos=1)
        assert not [line for line in broker.events() if line.startswith("on_select")]
