"""A resumed session gets what is open in the original order, with DUP and the original identifiers, before anything
new.
[MQTT-3.3.1-1] [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.1.2-5] [MQTT-3.1.1: 3.3.1-1] [MQTT-3.1.1: 4.4.0-1]
[MQTT-3.1.1: 4.6.0-1] [MQTT-3.1.1: 3.1.2-4] [MQTT-3.1.1: 2.3.1-4]
PITFALLS 1 row 7, PITFALLS 2 row 1, BEHAVIOUR 12.B row 3"""
from lib import connect


def test_resend(broker):
    for version in (3, 4, 5):
        properties = {"session_expiry_interval": 300} if version == 5 else None
        keep = dict(version=version, clean=False, properties=properties)
        subscriber = connect(broker, "sub", **keep)
        subscriber.subscribe("resend/1", qos=1)
        subscriber.subscribe("resend/2", qos=2)
        publisher = connect(broker, "pub")
        for number in range(60):
            publisher.publish(f"resend/{number % 2 + 1}", str(number), qos=2)
        sent = [subscriber.receive(f"resend/{n % 2 + 1}", str(n), qos=n % 2 + 1, ack=False) for n in range(60)]
        for message in sent[::5]:
            subscriber.acknowledge(message)
        subscriber.disconnect()
        publisher.publish("resend/1", b"new", qos=1)
        again = connect(broker, "sub", **keep)
        for message in sent:
            if message not in sent[::5]:
                repeat = again.receive(message.topic, message.payload, qos=message.qos, dup=True, ack=False)
                assert repeat.packet_id == message.packet_id
        again.receive("resend/1", b"new", qos=1, dup=False)
        again.ping()
        again.disconnect()
        connect(broker, "sub", version=version).disconnect()
