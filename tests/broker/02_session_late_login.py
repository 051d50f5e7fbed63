"""A plugin may answer logins late and in any order: the latest CONNECT of a client id has its session, and one whose
client has left by then disturbs nobody. [MQTT-3.1.4-3]"""
import time

from lib import Broker, Client, allow_all, authority, client_tls, packets as p, scaled

LATE = {"name": "admits_later", "defer_timeout": "60s"}
LISTENERS = [{"id": "tcp"}, {"id": "ws", "type": "ws"}]
TCP = dict(listener="tcp", websocket=False)
config = dict(plugins=[LATE, allow_all()], listeners=LISTENERS)


def doors():
    """What Client takes for each kind of connection."""
    yield TCP
    yield dict(listener="ws", websocket=True)
    yield dict(listener="tls", websocket=False, tls=client_tls(authority()))


def ask(broker, client_id, answer_ms, behind=b"", door=TCP, **arguments):
    """Sends a CONNECT whose login is answered so late; `behind` follows it at once."""
    client = Client(broker, arguments.get("version", 5), **door)
    client.name = client_id
    client.send(p.connect(client_id, username=str(int(scaled(answer_ms))), **arguments) + behind)
    time.sleep(scaled(.1))
    return client


def let_in(broker, client_id, **arguments):
    client = ask(broker, client_id, 0, **arguments)
    client.expect("CONNACK", reason=0)
    return client


def stays(client, seconds):
    """It gets nothing, and is served, for so long."""
    try:
        got = client.next_packet(seconds)
    except TimeoutError:
        return client.ping()
    raise AssertionError(f"got {got}")


def other(broker, *filters):
    """A client whose login nobody waits for."""
    client = Client(broker, **TCP)
    client.connect("other")
    if filters:
        client.subscribe(*filters)
    return client


def test_a_client_that_gave_up_does_not_throw_out_its_next_connection(broker):
    watcher = other(broker, "gone/#")
    for leave in (Client.close, Client.reset):
        leave(ask(broker, "late", 1000, will=p.will("gone/first", b"x")))
        second = let_in(broker, "late", will=p.will("gone/second", b"x"))
        stays(second, 1.5)
        stays(watcher, .1)
        second.disconnect()


def test_the_later_one_wins_while_both_are_there(broker):
    for version, refusal in ((4, None), (5, 0x80)):
        first = ask(broker, "late", 1000, version=version)
        second = let_in(broker, "late", version=version)
        if refusal:
            first.expect("CONNACK", reason=refusal)
        first.expect_closed()
        stays(second, .2)
        second.disconnect()


def test_answers_in_order_take_over_as_ever(broker):
    first = ask(broker, "late", 400)
    second = ask(broker, "late", 1000)
    first.expect("CONNACK", reason=0)
    first.expect_disconnect(0x8E)
    second.expect("CONNACK", reason=0)
    stays(second, .2)


def test_a_later_one_that_left_leaves_the_earlier_one_alone():
    with Broker(plugins=[LATE, allow_all()],
                listeners=[*LISTENERS, {"id": "tls", "tls": authority().listener()}]) as broker:
        for door in doors():
            first = let_in(broker, "late", door=door)
            for behind in (b"", p.pingreq()):
                ask(broker, "late", 600, behind, door).close()
                stays(first, 1)
            first.disconnect()


def test_one_that_left_does_not_take_what_waits_for_its_client(broker):
    lasts = dict(clean=False, properties={"session_expiry_interval": 100})
    user = dict(client_id="late", answer_ms=600, **lasts)
    client = ask(broker, **user)
    client.expect("CONNACK", reason=0)
    client.subscribe("t", qos=1)
    client.disconnect()
    ask(broker, **{**user, "clean": True}).close()
    other(broker).publish("t", b"kept", qos=1)
    time.sleep(scaled(1))
    client = ask(broker, **user)
    client.expect("CONNACK", reason=0, session_present=True)
    client.receive("t", b"kept", qos=1)


def test_what_one_said_before_it_left_is_heard(broker):
    """One that waits for nothing: its PUBLISH and DISCONNECT are there before its login is answered."""
    watcher = other(broker, "said")
    ask(broker, "late", 500, p.publish("said", b"x") + p.disconnect()).close()
    watcher.receive("said", b"x")
