"""Acknowledgements do not echo the user properties of the packet they answer.
[MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.7.2-1]
BEHAVIOUR 12.B row 5, BEHAVIOUR 12.B row 35"""
from lib import connect, packets as p

USER = {"user_property": [("who", "me"), ("who", "again")]}


def test_no_echo(broker):
    client = connect(broker, "pub")
    for qos in (1, 2):
        ack = client.publish("echo", b"", qos=qos, properties=USER)
        assert "user_property" not in ack.properties, ack
    client.send(p.publish("echo", b"", qos=2, packet_id=77))
    client.expect("PUBREC", packet_id=77)
    client.send(p.pubrel(77, 0, USER))
    client.expect("PUBCOMP", packet_id=77, reason=0, lacks=["user_property"])
    client.send(p.subscribe(78, ["echo"], properties=USER))
    client.expect("SUBACK", packet_id=78, lacks=["user_property"])
