"""Request Problem Information 0: no reason string and no user property on acknowledgements, while PUBLISH keeps its
own.
[MQTT-3.1.2-29] [MQTT-3.3.2-17]
BEHAVIOUR 12.B row 28"""
from lib import connect, ledger, packets as p

config = dict(plugins=[ledger(default="allow", auth=[{"allow": True}], acl=[
    {"filters": [{"filter": "closed/#", "access": "deny"}]}])])
NEITHER = ["reason_string", "user_property"]
USER = {"user_property": [("k", "v")]}


def test_bare_answers(broker):
    client = connect(broker, "quiet", properties={"request_problem_information": 0})
    client.send(p.publish("closed/x", b"", qos=1, packet_id=1, properties=USER))
    client.expect("PUBACK", packet_id=1, reason=0x87, lacks=NEITHER)
    client.send(p.publish("closed/x", b"", qos=2, packet_id=2, properties=USER))
    client.expect("PUBREC", packet_id=2, reason=0x87, lacks=NEITHER)
    client.send(p.pubrel(3))
    client.expect("PUBCOMP", packet_id=3, reason=0x92, lacks=NEITHER)
    client.send(p.pubrec(4))
    client.expect("PUBREL", packet_id=4, reason=0x92, lacks=NEITHER)
    client.send(p.subscribe(5, ["a#", "closed/x", "fine"], properties=USER))
    client.expect("SUBACK", packet_id=5, lacks=NEITHER)
    client.send(p.unsubscribe(6, ["b"], properties=USER))
    client.expect("UNSUBACK", packet_id=6, lacks=NEITHER)
    client.publish("fine", b"x", properties=USER)
    client.receive("fine", b"x", has=USER)
