"""One client: all that is told of it, and what an operator may do to it."""

from adminlib import READ_TOKEN, Api, admin_broker, with_admin
from lib import authority, client_tls, connect, packets as p

config = with_admin()
STAYS = {"session_expiry_interval": 1000}


def wait_until(look, holds):
    """Looks again and again: what a client is told and what an operator sees are ordered by nothing."""
    for _ in range(10_000):
        seen = look()
        if holds(seen):
            return seen
    raise AssertionError(seen)


def test_everything_of_one(broker):
    will = p.will("d/gone", b"x", qos=1, retain=True, properties={"will_delay_interval": 5})
    client = connect(broker, "d-one", properties=STAYS, will=will)
    client.subscribe("d/a", properties={"subscription_identifier": 7}, qos=1, no_local=True)
    client.subscribe("$share/g/d/b", qos=2, retain_as_published=True, retain_handling=2)
    with Api(broker, READ_TOKEN) as api:
        seen = api.client("d-one")
    assert seen["will"] == {"topic": "d/gone", "qos": 1, "retain": True, "delay_s": 5}, seen["will"]
    assert seen["subscription_list"] == [
        {"filter": "$share/g/d/b", "qos": 2, "no_local": False, "retain_as_published": True, "retain_handling": 2,
         "identifier": None},
        {"filter": "d/a", "qos": 1, "no_local": True, "retain_as_published": False, "retain_handling": 0,
         "identifier": 7}], seen["subscription_list"]
    assert seen["subscriptions"] == 2 and seen["inflight_list"] == seen["queue_list"] == []
    assert seen["tls"] is None and seen["trace"] is False and seen["rates"] is None
    assert set(seen["dropped"].values()) == {0} and "slow_reader" in seen["dropped"]
    client.disconnect(0x00)


def test_what_is_counted(broker):
    client = connect(broker, "d-counted")
    with Api(broker) as api:
        before = api.client("d-counted")
        # CONNECT is 15 bytes and the id.
        assert before["received"] == {"packets": 1, "messages": 0, "bytes": 15 + len("d-counted")}, before["received"]
        assert before["sent"]["packets"] == 1 and before["sent"]["messages"] == 0, before["sent"]
        client.ping()
        client.subscribe("d/echo", qos=1)
        for _ in range(3):
            client.publish("d/other", b"123456789")
        client.send(p.publish("d/echo", b"x" * 5000, qos=1, packet_id=9))
        assert sorted(client.next_packet().type for _ in range(2)) == ["PUBACK", "PUBLISH"]
        client.send(p.puback(1))
        client.ping()
        after = wait_until(lambda: api.client("d-counted"), lambda seen: seen["sent"]["bytes"] > 5000)
        received, sent = after["received"], after["sent"]
        # PINGREQ twice, SUBSCRIBE, PUBACK and four messages, behind what was before.
        assert received["packets"] == before["received"]["packets"] + 8 and received["messages"] == 4, received
        # PINGRESP twice, SUBACK, PUBACK and one message.
        assert sent["packets"] == before["sent"]["packets"] + 5 and sent["messages"] == 1, sent
        assert received["bytes"] > before["received"]["bytes"] + 5000 + 27
        again = connect(broker, "d-counted")
        fresh = api.client("d-counted")
        assert fresh["received"]["packets"] == 1 and fresh["sent"]["messages"] == 0, fresh["received"]
    assert again


def test_inflight_and_queue(broker):
    client = connect(broker, "d-queue", properties={**STAYS, "receive_maximum": 2})
    client.subscribe("d/q/#", qos=2)
    sender = connect(broker, "d-sender")
    for number in range(150):
        sender.publish(f"d/q/{number}", b"x" * number, qos=1 + number % 2)
    first, second = client.expect("PUBLISH"), client.expect("PUBLISH")
    client.send(p.pubrec(second.packet_id))
    client.expect("PUBREL")
    with Api(broker) as api:
        seen = api.client("d-queue")
        assert (seen["inflight"], seen["queued"]) == (2, 148), seen
        assert seen["inflight_list"] == [
            {"packet_id": first.packet_id, "topic": "d/q/0", "qos": 1, "state": "puback_awaited", "size_bytes": 0},
            {**seen["inflight_list"][1], "packet_id": second.packet_id, "qos": 2, "state": "pubcomp_awaited"}], seen
        assert len(seen["queue_list"]) == 100
        assert seen["queue_list"][0] == {"topic": "d/q/2", "qos": 1, "size_bytes": 2}, seen["queue_list"][0]
        client.close()
        wait_until(lambda: api.client("d-queue"), lambda seen: not seen["connected"])
        assert api.client("d-queue")["queued"] == 148
        assert api.ask("DELETE", "/client", id="d-queue")[0] == 204
        assert api.ask("GET", "/client", id="d-queue")[0] == 404
    assert connect(broker, "d-queue", clean=False, properties=STAYS, session=False)


def test_drops():
    with admin_broker(limits={"maximum_queued_messages": 1}) as broker, Api(broker) as api:
        client = connect(broker, "d-drops", properties={**STAYS, "receive_maximum": 1, "maximum_packet_size": 100})
        client.subscribe("#", qos=1)
        sender = connect(broker, "d-sender")
        for _ in range(5):
            sender.publish("a", b"1", qos=1)
        sender.publish("a", b"x" * 200)
        sender.ping()
        dropped = wait_until(lambda: api.client("d-drops"), lambda seen: seen["dropped"]["too_large"] == 1)["dropped"]
        assert dropped["queue_full"] == 3 and dropped["offline"] == 0, dropped
        client.receive("a", b"1", qos=1, ack=False)
        client.disconnect()
        for _ in range(4):
            sender.publish("a", b"0")
        sender.ping()
        wait_until(lambda: api.client("d-drops"), lambda seen: seen["dropped"]["offline"] == 4)
        assert api.client("d-drops")["received"] == {"packets": 0, "messages": 0, "bytes": 0}


def test_rates(broker):
    client = connect(broker, "d-rates")
    with Api(broker) as api:
        assert api.client("d-rates")["rates"] is None
        for _ in range(50):
            client.publish("d/rate", b"x" * 100)
        client.ping()
        rates = wait_until(lambda: api.client("d-rates")["rates"], lambda rates: rates is not None)
        seconds = rates["window_ms"] / 1000
        assert seconds >= 0.9, rates
        assert abs(rates["messages_received_per_s"] * seconds - 50) < 1, rates
        assert rates["bytes_received_per_s"] * seconds > 5000 and rates["messages_sent_per_s"] == 0, rates


def test_disconnect(broker):
    with Api(broker) as api:
        for body, reason in ((None, 0x98), ({}, 0x98), ({"reason": 0x8B}, 0x8B), ({"reason": 0x9C}, 0x9C),
                             ({"reason": 0}, 0)):
            client = connect(broker, "d-leaves", properties=STAYS)
            assert api.ask("POST", "/client/disconnect", body, id="d-leaves")[0] == 204
            client.expect_disconnect(reason)
            assert api.client("d-leaves")["connected"] is False
            assert api.ask("POST", "/client/disconnect", id="d-leaves")[0] == 404
        old = connect(broker, "d-old", version=4)
        assert api.ask("POST", "/client/disconnect", id="d-old")[0] == 204
        old.expect_closed()
        assert api.ask("DELETE", "/client", id="d-leaves")[0] == 204


def test_wrong_bodies(broker):
    connect(broker, "d-body")
    with Api(broker) as api:
        for body in (b"{", b"[]", b"7", b"null", b'"x"', b"\xff\xfe", b"[" * 60_000, b"{" * 1000, b"\0", b"{}{}",
                     {"reason": "x"}, {"reason": 4}, {"reason": 1}, {"reason": 256}, {"reason": -1}, {"reason": 0.5},
                     {"reason": 2**70}, {"reason": None}, {"reason": [152]}, {"why": 1}, b'{"reason": 1e400}'):
            status, answer = api.ask("POST", "/client/disconnect", body, id="d-body")
            assert status == 400 and answer["error"], (body, status)
        assert api.client("d-body")["connected"]


def test_disconnect_of_clients_left_to_close():
    with admin_broker(compatibility={"passive_client_disconnect": True}) as broker, Api(broker) as api:
        client = connect(broker, "d-passive")
        assert api.ask("POST", "/client/disconnect", {"reason": 0x97}, id="d-passive")[0] == 204
        client.expect_disconnect(0x97)


def test_drop(broker):
    with Api(broker) as api:
        client = connect(broker, "d-drop", properties=STAYS, will=p.will("d/will", b"gone"))
        client.subscribe("d/x")
        watcher = connect(broker, "d-watcher")
        watcher.subscribe("d/will")
        assert api.ask("DELETE", "/client", id="d-drop")[0] == 204
        client.expect_disconnect(0x98)
        watcher.receive("d/will", b"gone")
        assert api.ask("GET", "/client", id="d-drop")[0] == 404
        assert api.ask("DELETE", "/client", id="d-drop")[0] == 404
        connect(broker, "d-drop", clean=False, session=False, properties=STAYS).disconnect()
        assert api.ask("DELETE", "/client", id="d-drop")[0] == 204


def test_a_session_that_was_dropped_stays_so():
    store = {"name": "rocksdb-store"}
    allow = {"name": "auth-ledger", "config": {"default": "allow", "auth": [{"allow": True}]}}
    broker = admin_broker(plugins=[store, allow])
    broker.start()
    client = connect(broker, "d-stored", properties=STAYS)
    client.subscribe("d/s", qos=1)
    client.disconnect()
    connect(broker, "d-kept", properties=STAYS).disconnect()
    with Api(broker) as api:
        assert api.ask("DELETE", "/client", id="d-stored")[0] == 204
        connect(broker, "d-later", properties=STAYS).subscribe("d/s", qos=1)  # answered by the next commit
    broker.kill()
    broker.lines.clear()
    broker.records.clear()
    with broker, Api(broker) as api:
        assert api.ask("GET", "/client", id="d-stored")[0] == 404
        kept = api.client("d-kept")
        assert kept["connected"] is False and kept["disconnected_ms"] and kept["session_expiry_s"] == 1000
        assert kept["listener"] == "tcp" and kept["version"] == 5, kept


def test_a_client_with_a_certificate():
    listeners = [{"id": "tcp"}, {"id": "http", "type": "http"},
                 {"id": "tls", "tls": authority().mutual()}]
    with admin_broker(listeners=listeners) as broker, Api(broker) as api:
        connect(broker, "d-tls", listener="tls", tls=client_tls(certificate="melon"))
        seen = api.client("d-tls")
        assert seen["tls"] == {"subject": "CN=melon,O=Grapnel tests"} and seen["listener"] == "tls", seen
