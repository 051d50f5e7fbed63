"""A PUBACK does not end a QoS 2 delivery, nor a PUBCOMP a QoS 1 delivery: the message comes again at resume, unless
the server closes for the protocol error.
[MQTT-4.3.3-3] [MQTT-4.3.2-3]"""
from lib import connect, packets as p

KEEP = dict(clean=False, properties={"session_expiry_interval": 300})


def test_wrong_acknowledgement(broker):
    for qos, answer in ((2, p.puback), (1, p.pubcomp)):
        subscriber = connect(broker, f"sub{qos}", **KEEP)
        subscriber.subscribe("wrong/ack", qos=qos)
        connect(broker, "pub").publish("wrong/ack", b"x", qos=qos)
        message = subscriber.receive("wrong/ack", b"x", qos=qos, ack=False)
        subscriber.send(answer(message.packet_id) + p.pingreq())
        packet = subscriber.next_packet()
        assert packet.type == "PINGRESP" or packet.reason == 0x82, packet
        subscriber.close()
        again = connect(broker, f"sub{qos}", session=True, **KEEP)
        again.receive("wrong/ack", b"x", qos=qos, dup=True)
        again.unsubscribe("wrong/ack")
