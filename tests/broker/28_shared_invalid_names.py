"""A share name is not empty and holds no "/", "+" or "#"; a filter follows it. Anything else is refused in SUBACK;
the prefix counts in lower case only.
[MQTT-4.8.2-1] [MQTT-4.8.2-2] [MQTT-4.7.1-1]
PITFALLS 1 row 17, PITFALLS 3 absent optional field, BEHAVIOUR 12.B row 15, BEHAVIOUR 12.A row 22"""
from lib import connect, packets as p

INVALID = (
    "$share/", "$share/g", "$share/g/", "$share//a", "$share//", "$share/+/a", "$share/#/a", "$share/g+/a",
    "$share/g#/a", "$share/#", "$share/g/a#", "$share/g/#/a", "$share/ab",
)


def test_invalid(broker):
    for version in (4, 5):
        for topic_filter in INVALID:
            client = connect(broker, "sub", version=version)
            client.send(p.subscribe(1, [topic_filter], version))
            packet = client.next_packet()
            if packet is not None and packet.type == "SUBACK":
                assert packet.reasons == [0x8F if version == 5 else 0x80], (topic_filter, packet)
                client.ping()
            else:
                assert packet is None or packet.reason in (0x82, 0x8F), (topic_filter, packet)


def test_case_counts(broker):
    client = connect(broker, "sub")
    client.subscribe("$SHARE/g/a", "$Share/g/a")
    client.publish("a", b"x")
    client.ping()


def test_unsubscribe_needs_the_whole_text(broker):
    client = connect(broker, "sub")
    client.subscribe("$share/g/a", "$share/h/a")
    client.unsubscribe("a", "$share/x/a", "$share/g/a", expect=[0x11, 0x11, 0])
    client.publish("a", b"x")
    client.receive("a", b"x")
    client.ping()
