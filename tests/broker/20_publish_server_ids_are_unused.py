"""Messages that wait for their acknowledgement have different identifiers, none of them 0; a freed one may return.
[MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-3.1.1: 2.3.1-1]
[MQTT-3.1.1: 2.3.1-4] [MQTT-3.1.1: 4.3.2-1] [MQTT-3.1.1: 4.3.3-1]"""
from lib import connect


def test_outstanding_ids_differ(broker):
    for version in (4, 5):
        subscriber = connect(broker, "sub", version=version)
        subscriber.subscribe("ids/1", qos=1)
        subscriber.subscribe("ids/2", qos=2)
        publisher = connect(broker, "pub")
        waiting = []
        for number in range(200):
            qos = number % 2 + 1
            publisher.publish(f"ids/{qos}", str(number), qos=qos)
            waiting.append(subscriber.receive(f"ids/{qos}", str(number), qos=qos, ack=False))
        assert len({message.packet_id for message in waiting}) == 200
        kept = waiting[7]
        for message in waiting[:7] + waiting[8:]:
            subscriber.acknowledge(message)
        for number in range(200):
            publisher.publish("ids/1", b"more", qos=1)
            message = subscriber.receive("ids/1", b"more", qos=1)
            assert message.packet_id != kept.packet_id
        subscriber.acknowledge(kept)
        subscriber.disconnect()
