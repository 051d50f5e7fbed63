"""PUBACK, PUBREC with error and PUBCOMP that match nothing, or come twice, never raise the send quota.
[MQTT-3.3.4-9] [MQTT-4.9.0-2]
PITFALLS 2 row 5"""
from lib import connect, packets as p


def test_strays(broker):
    for qos in (1, 2):
        subscriber = connect(broker, "sub", properties={"receive_maximum": 2})
        subscriber.subscribe("quota", qos=qos)
        publisher = connect(broker, "pub")
        for number in range(6):
            publisher.publish("quota", str(number), qos=qos)
        held = [subscriber.receive("quota", str(number), qos=qos, ack=False) for number in range(2)]
        for stray in (40000, 50000):
            subscriber.send(p.puback(stray) + p.pubcomp(stray) + p.pubrec(stray, 0x80))
        subscriber.ping()
        subscriber.acknowledge(held[0])
        third = subscriber.receive("quota", b"2", qos=qos, ack=False)
        again = p.puback(held[0].packet_id) if qos == 1 else p.pubcomp(held[0].packet_id)
        if held[0].packet_id != third.packet_id:
            subscriber.send(again * 3)
        subscriber.ping()
        subscriber.acknowledge(held[1])
        subscriber.receive("quota", b"3", qos=qos, ack=False)
        subscriber.ping()
        subscriber.disconnect()
