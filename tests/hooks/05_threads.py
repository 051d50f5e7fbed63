"""Everything about one client comes on one loop, from the gates on, whatever worker it was accepted on."""
from hooklib import Recorded
from lib import many, packets as p

workers = (4,)


def test_home():
    with Recorded(flags={"loops": True, "packets": True, "access": True}) as broker:
        clients = many(broker, "c", 12, will=p.will("will", b"x"))
        for client in clients:
            client.subscribe("t", qos=2)
        for client in clients:
            client.publish("t", b"x", qos=2)
        for client in clients:
            client.close()
        for client in many(broker, "c", 12):
            client.disconnect()
        lines = broker.events()
    lines += broker.events_after_stop
    assert not [line for line in lines if "WRONG LOOP" in line], [line for line in lines if "WRONG" in line]
    homes = {}
    for line in lines:
        words = line.split()
        named = [word for word in words if word.startswith("client=c")]
        if named and words[1] != "on_packet_read":
            homes.setdefault(named[0], set()).add(words[0])
    assert len(homes) == 12 and all(len(each) == 1 for each in homes.values()), homes
    assert len({loop for each in homes.values() for loop in each}) > 1, "all on one loop"
