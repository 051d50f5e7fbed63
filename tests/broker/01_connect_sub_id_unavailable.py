"""limits.sub_id_available = false is announced, and a SUBSCRIBE with an identifier is refused with 0xA1.
BEHAVIOUR 12.B row 21"""
from lib import connect, packets as p

config = dict(limits={"sub_id_available": False})


def test_identifier(broker):
    client = connect(broker, "x")
    assert client.connack.properties["subscription_identifier_available"] == 0
    client.send(p.subscribe(1, ["a"], properties={"subscription_identifier": 3}))
    answer = client.next_packet()
    if answer.type == "SUBACK":
        assert answer.reasons == [0xA1], answer
        client.ping()
    else:
        assert answer.type == "DISCONNECT" and answer.reason == 0xA1, answer
        client.expect_closed()


def test_without_identifier(broker):
    client = connect(broker, "x")
    client.subscribe("a")
    client.publish("a", b"1")
    assert "subscription_identifier" not in client.receive("a", b"1").properties
