"""Enhanced authentication: AUTH packets before CONNACK, with the method of CONNECT in each; only AUTH and DISCONNECT
are taken meanwhile; an exchange that fails is refused and closed. Re-authentication on the open connection.
[MQTT-3.1.2-30] [MQTT-3.2.0-1] [MQTT-3.15.2-1] [MQTT-3.15.2-2] [MQTT-3.15.2-3] [MQTT-4.12.0-2] [MQTT-4.12.0-3]
[MQTT-4.12.0-4] [MQTT-4.12.0-5] [MQTT-4.12.0-6] [MQTT-4.12.1-1] [MQTT-4.12.1-2]
BEHAVIOUR 12.B row 29"""
from lib import Broker, Client, allow_all, connect, packets as p

config = dict(plugins=[{"name": "authenticator"}, allow_all()])
METHOD = {"authentication_method": "echo"}


def words(data):
    return {**METHOD, "authentication_data": data}


def begun(broker, **properties):
    """A client that has its challenge."""
    client = Client(broker)
    client.name = "x"
    client.send(p.connect("x", properties={**METHOD, **properties}))
    challenge = client.expect("AUTH", reason=0x18, has=words(b"say it"), lacks=["reason_string", "user_property"])
    assert len(challenge.wire) <= properties.get("maximum_packet_size", 100)
    return client


def accepted(broker):
    client = begun(broker)
    client.send(p.auth(0x18, words(b"it")))
    client.expect("CONNACK", reason=0, has=words(b"well said"))
    return client


def test_exchange(broker):
    accepted(broker).ping()
    begun(broker, maximum_packet_size=40)


def test_exchange_that_is_answered_later():
    with Broker(plugins=[{"name": "authenticator", "config": {"later": True}}, allow_all()]) as broker:
        client = accepted(broker)
        client.send(p.auth(0x19, METHOD))
        client.expect("AUTH", reason=0x18, has=words(b"say it again"))
        client.send(p.auth(0x18, words(b"wrong")))
        client.expect_disconnect(0x87)


def test_the_server_alone_says_success(broker):
    """Without a challenge there is nothing to go on with; 0x00 is the server's.  4.12.1"""
    for reason in (0x00, 0x18):
        client = accepted(broker)
        client.send(p.auth(reason, words(b"it")))
        client.expect_disconnect(0x82)
    client = accepted(broker)
    client.send(p.auth(0x19, METHOD))
    client.expect("AUTH", reason=0x18)
    client.send(p.auth(0x18, words(b"it")))
    client.expect("AUTH", reason=0x00)
    client.send(p.auth(0x18, words(b"it")))
    client.expect_disconnect(0x82)


def test_wrong_answer(broker):
    client = begun(broker)
    client.send(p.auth(0x18, words(b"wrong")))
    client.expect_refused(0x87)


def test_what_may_not_come_before_connack(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("early")
    other = {"authentication_method": "other", "authentication_data": b"it"}
    for data in (p.auth(0x19, words(b"it")), p.auth(0x00, words(b"it")), p.auth(0x18, other), p.pingreq(),
                 p.auth(0x18, {"authentication_data": b"it"}), p.publish("early", b"x"), p.subscribe(1, ["a"]),
                 p.connect("x", properties=METHOD)):
        client = begun(broker)
        client.send(data)
        client.expect_invalid(0x81, 0x82)
    watcher.ping()


def test_again_on_the_open_connection(broker):
    client = accepted(broker)
    for _ in range(2):
        client.send(p.auth(0x19, METHOD))
        client.expect("AUTH", reason=0x18, has=words(b"say it again"))
        client.ping()
        client.send(p.auth(0x18, words(b"it")))
        client.expect("AUTH", reason=0x00, has=words(b"well said"))
        client.ping()
    client.send(p.auth(0x19, {"authentication_method": "other"}))
    client.expect_disconnect(0x82)


def test_again_and_refused(broker):
    client = accepted(broker)
    client.send(p.auth(0x19, METHOD))
    client.expect("AUTH", reason=0x18)
    client.send(p.auth(0x18, words(b"wrong")))
    client.expect_disconnect(0x87)


def test_without_method(broker):
    client = connect(broker, "plain")
    assert "authentication_method" not in client.connack.properties
