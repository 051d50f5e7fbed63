"""With a full window every other packet is still answered, QoS 0 still arrives, and the client can still publish.
[MQTT-3.3.4-10] [MQTT-4.9.0-3]"""
from lib import connect


def test_everything_else_goes_on(broker):
    client = connect(broker, "sub", properties={"receive_maximum": 1})
    client.subscribe("window", qos=1)
    client.subscribe("unacknowledged")
    publisher = connect(broker, "pub")
    publisher.publish("window", b"0", qos=1)
    held = client.receive("window", b"0", qos=1, ack=False)
    publisher.publish("window", b"1", qos=1)
    client.ping()
    client.subscribe("more", qos=2)
    client.unsubscribe("more")
    for qos in (0, 1, 2):
        client.publish("elsewhere", b"x", qos=qos)
    publisher.publish("unacknowledged", b"qos 0")
    client.receive("unacknowledged", b"qos 0")
    client.acknowledge(held)
    client.receive("window", b"1", qos=1)
