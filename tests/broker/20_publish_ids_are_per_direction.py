"""Packet identifiers of the two directions are independent: a client may use the number of a message that it has not
acknowledged yet, in PUBLISH, SUBSCRIBE and UNSUBSCRIBE, and nothing of either side is lost.
[MQTT-2.2.1-4] [MQTT-2.2.1-5] [MQTT-2.2.1-6] [MQTT-3.1.1: 2.3.1-6] [MQTT-3.1.1: 2.3.1-7]
BEHAVIOUR 12.B row 1"""
from lib import connect, packets as p


def outstanding(broker, client, qos):
    connect(broker, "pub").publish("out", b"outbound", qos=2)
    return client.receive("out", b"outbound", qos=qos, ack=False)


def test_publish_with_the_same_id(broker):
    for version in (4, 5):
        for qos in (1, 2):
            for own_qos in (1, 2):
                client = connect(broker, "both", version=version)
                watcher = connect(broker, "watcher")
                watcher.subscribe("in", qos=2)
                client.subscribe("out", qos=qos)
                message = outstanding(broker, client, qos)
                client.publish("in", b"inbound", qos=own_qos, packet_id=message.packet_id)
                watcher.receive("in", b"inbound", qos=own_qos)
                client.acknowledge(message)
                client.ping()
                client.disconnect()


def test_subscribe_with_the_same_id(broker):
    client = connect(broker, "both")
    client.subscribe("out", qos=1)
    message = outstanding(broker, client, 1)
    client.send(p.subscribe(message.packet_id, ["other"]))
    client.expect("SUBACK", packet_id=message.packet_id, reasons=[0])
    client.send(p.unsubscribe(message.packet_id, ["other"]))
    client.expect("UNSUBACK", packet_id=message.packet_id, reasons=[0])
    client.acknowledge(message)
    client.ping()
