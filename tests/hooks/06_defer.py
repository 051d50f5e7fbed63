"""Every deferrable event is deferred and completed: the client waits, nobody else does, and order holds."""
from hooklib import one_event, plugin
from lib import Broker, Client, allow_all, check_serving, connect, packets as p

CONTINUE, ALLOW, DENY, REJECT, IGNORE = 0, 1, 2, 3, 4


def broker_with(*plugins, **arguments):
    return Broker(plugins=[*plugins, allow_all()], **arguments)


def test_gates_allow():
    for how in ("answers", "completes_from_thread", "completes_twice"):
        verdicts = {"on_connect": CONTINUE, "on_connect_authenticate": ALLOW, "on_acl_check": ALLOW}
        with broker_with(*(one_event(how, event, verdict, "defer", _id=f"x-{event}")
                           for event, verdict in verdicts.items())) as broker:
            for version in (3, 4, 5):
                client = connect(broker, "a", version=version)
                client.subscribe("t/+", qos=2)
                for qos in (0, 1, 2):
                    client.publish(f"t/{qos}", b"x", qos=qos)
                    client.receive(f"t/{qos}", b"x", qos=qos)
                client.unsubscribe("t/+")


def test_a_filter_is_judged_by_the_limits_of_its_arrival():
    """A reload that lowers maximum_topic_levels while access is being asked changes nothing for that packet."""
    with broker_with(one_event("completes_late", "on_acl_check", _defer_timeout="60s")) as broker:
        client = connect(broker, "a")
        client.send(p.subscribe(1, ["x/y/z/w"]))
        broker.wait_record("ticket kept")
        broker.write_config(limits={"maximum_topic_levels": 2})
        assert broker.reload()
        other = connect(broker, "b")
        other.send(p.subscribe(1, ["q"]))
        client.expect("SUBACK", reasons=[0])
        other.expect("SUBACK", reasons=[0])


def test_gates_deny():
    with broker_with(one_event("answers", "on_connect", DENY, "defer explain")) as broker:
        client = Client(broker)
        client.send(p.connect("a"))
        packet = client.expect("CONNACK", reason=0x97, has={"reason_string": "explained later"})
        assert not packet.session_present
        client.expect_closed()
    with broker_with(one_event("answers", "on_connect_authenticate", DENY, "defer")) as broker:
        for version, reason in ((4, 4), (5, 0x86)):
            client = Client(broker, version)
            client.send(p.connect("a", version=version))
            assert client.expect("CONNACK").reason in (reason, 5, 0x87)
            client.expect_closed()
    with broker_with(one_event("answers", "on_acl_check", DENY, "defer")) as broker:
        client = connect(broker, "a")
        client.subscribe("t", expect=0x87)
        client.publish("t", b"x", qos=1, expect=0x87)


def test_transforms():
    for how in ("answers", "completes_from_thread"):
        with broker_with(*(one_event(how, event, CONTINUE, "defer", _id=f"x-{event}")
                           for event in ("on_subscribe", "on_unsubscribe", "on_publish"))) as broker:
            client = connect(broker, "a")
            client.subscribe("t/+", qos=2)
            for qos in (0, 1, 2):
                client.publish(f"t/{qos}", b"x", qos=qos)
                client.receive(f"t/{qos}", b"x", qos=qos)
            client.unsubscribe("t/+")
            client.publish("t/1", b"x", qos=1, expect=0x10)


def test_order_holds():
    """Packets behind a deferred one wait their turn; those of others do not."""
    with broker_with(one_event("completes_from_thread", "on_publish", CONTINUE)) as broker:
        watcher = connect(broker, "w")
        watcher.subscribe("t", qos=0)
        client = connect(broker, "a")
        client.send(b"".join(p.publish("t", str(number).encode(), qos=1, packet_id=number) for number in range(1, 101))
                    + p.pingreq())
        for number in range(1, 101):
            client.expect("PUBACK", packet_id=number)
            watcher.receive("t", str(number))
        client.expect("PINGRESP")


def test_publish_answers():
    with broker_with(one_event("answers", "on_publish", IGNORE, "defer")) as broker:
        client = connect(broker, "a")
        client.subscribe("t", qos=2)
        for qos in (1, 2):
            client.publish("t", b"x", qos=qos)
        client.ping()
    with broker_with(one_event("answers", "on_publish", REJECT, "defer explain")) as broker:
        client = connect(broker, "a")
        client.subscribe("t", qos=2)
        for qos in (1, 2):
            client.publish("t", b"x", qos=qos, expect=0x97)
        client.ping()


def test_deadlines():
    """fail: the closed answer; skip: no opinion."""
    for event in ("on_connect", "on_connect_authenticate", "on_acl_check", "on_subscribe", "on_unsubscribe",
                  "on_publish"):
        skipping = one_event("never_completes", event, _defer_timeout="1s", _on_timeout="skip")
        with broker_with(skipping) as broker:
            client = connect(broker, "a")
            client.subscribe("t", qos=1)
            client.unsubscribe("t")
            client.publish("t", b"x", qos=1)
            if event != "on_connect":
                broker.wait_record("no answer in time", module="plugin/never_completes", event=event)


def test_deadline_fails_connect():
    for event in ("on_connect", "on_connect_authenticate"):
        with broker_with(one_event("never_completes", event, _defer_timeout="1s")) as broker:
            client = Client(broker)
            client.send(p.connect("a"))
            assert client.expect("CONNACK").reason >= 0x80
            client.expect_closed()


def test_deadline_fails_packets():
    with broker_with(one_event("never_completes", "on_acl_check", _defer_timeout="1s")) as broker:
        client = connect(broker, "a")
        client.subscribe("t", expect=0x87)
        client.publish("t", b"x", qos=1, expect=0x87)
    with broker_with(one_event("never_completes", "on_publish", _defer_timeout="1s")) as broker:
        client = connect(broker, "a")
        client.publish("t", b"x", qos=1, expect=0x83)
        client.publish("t", b"x", qos=2, expect=0x83)
    with broker_with(one_event("never_completes", "on_subscribe", _defer_timeout="1s")) as broker:
        client = connect(broker, "a")
        client.send(p.subscribe(1, ["t"]))
        packet = client.next_packet()
        assert packet.type in ("SUBACK", "DISCONNECT"), packet
        if packet.type == "SUBACK":
            assert packet.reasons[0] >= 0x80, packet


def test_others_do_not_wait():
    with broker_with(one_event("never_completes", "on_connect", _defer_timeout="60s"),
                     ) as broker:
        waiting = Client(broker)
        waiting.send(p.connect("a"))
        other = Client(broker)
        other.send(p.connect("b"))
        # Both wait; the broker does not: a third connection is taken and its garbage refused.
        third = Client(broker)
        third.send(b"\x00\x00")
        third.expect_closed()


def test_client_leaves_first():
    with broker_with(one_event("completes_late", "on_connect", _defer_timeout="60s")) as broker:
        first = Client(broker)
        first.send(p.connect("a"))
        broker.wait_record("ticket kept")
        first.close()
        for number in range(3):
            connect(broker, f"b{number}").ping()
        broker.wait_record("late completion refused", "late completion taken")
        check_serving(broker)


def test_shutdown_with_pending():
    broker = broker_with(one_event("never_completes", "on_connect", _defer_timeout="60s"),
                         one_event("never_completes", "on_publish", _defer_timeout="60s", _id="second")).start()
    client = Client(broker)
    client.send(p.connect("a"))
    broker.stop()
    client.close()


def test_keepalive_is_suspended():
    """The deadline of the deferral counts, not the keep-alive."""
    with broker_with(one_event("never_completes", "on_publish", _defer_timeout="3s")) as broker:
        client = connect(broker, "a", keepalive=1)
        client.send(p.publish("t", b"x", 1, packet_id=1))
        client.expect("PUBACK", packet_id=1, reason=0x83, deadline_s=6)


def test_connect_timeout_is_suspended():
    """connect_timeout is for the client's packets: neither CONNECT nor AUTH is late while a plugin is asked."""
    waiting = one_event("never_completes", "on_connect", _defer_timeout="2s", _on_timeout="skip")
    with broker_with(waiting, plugin("authenticator"), limits={"connect_timeout": "1s"}) as broker:
        client = Client(broker)
        client.send(p.connect("a"))
        client.expect("CONNACK", reason=0, deadline_s=6)
        client.ping()
        silent = Client(broker)
        silent.send(p.connect("b", properties={"authentication_method": "echo"}))
        silent.expect("AUTH", reason=0x18, deadline_s=6)
        silent.expect("CONNACK", reason=0x80, has={"reason_string": "no AUTH in time"}, deadline_s=4)
        silent.expect_closed()


def test_enhanced_authentication():
    """AUTH before CONNACK and re-authentication, deferred and not."""
    for later in (False, True):
        with broker_with(plugin("authenticator", later=later)) as broker:
            method = {"authentication_method": "echo"}
            client = Client(broker)
            client.send(p.connect("a", properties=method))
            client.expect("AUTH", reason=0x18, has={"authentication_method": "echo", "authentication_data": b"say it"})
            client.send(p.auth(0x18, {**method, "authentication_data": b"it"}))
            client.expect("CONNACK", reason=0,
                          has={"authentication_method": "echo", "authentication_data": b"well said"})
            client.subscribe("t")
            client.send(p.auth(0x19, method))
            client.expect("AUTH", reason=0x18, has={"authentication_data": b"say it again"})
            client.publish("t", b"meanwhile")
            client.receive("t", b"meanwhile")
            client.send(p.auth(0x18, {**method, "authentication_data": b"it"}))
            client.expect("AUTH", reason=0, has={"authentication_data": b"well said"})
            client.ping()
            client.send(p.auth(0x19, method))
            client.expect("AUTH", reason=0x18)
            client.send(p.auth(0x18, {**method, "authentication_data": b"no"}))
            client.expect_disconnect(0x87)

            client = Client(broker)
            client.send(p.connect("b", properties=method))
            client.expect("AUTH", reason=0x18)
            client.send(p.auth(0x18, {**method, "authentication_data": b"wrong"}))
            client.expect_refused(0x87)
