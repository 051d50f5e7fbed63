"""What is sent again stays within the Receive Maximum of the new connection.
[MQTT-3.3.4-9] [MQTT-4.9.0-2] [MQTT-4.4.0-1]
BEHAVIOUR 12.B row 3"""
from lib import connect


def keep(maximum):
    return dict(clean=False, properties={"session_expiry_interval": 300, "receive_maximum": maximum})


def test_window_at_resume(broker):
    for qos in (1, 2):
        subscriber = connect(broker, f"sub{qos}", **keep(10))
        subscriber.subscribe("resend", qos=qos)
        publisher = connect(broker, "pub")
        for number in range(10):
            publisher.publish("resend", str(number), qos=2)
        for number in range(10):
            subscriber.receive("resend", str(number), qos=qos, ack=False)
        subscriber.close()
        again = connect(broker, f"sub{qos}", session=True, **keep(3))
        held = [again.receive("resend", str(n), qos=qos, dup=True, ack=False) for n in range(3)]
        again.ping()
        for number in range(3, 10):
            again.acknowledge(held.pop(0))
            held.append(again.receive("resend", str(number), qos=qos, dup=True, ack=False))
            again.ping()
        for message in held:
            again.acknowledge(message)
        again.unsubscribe("resend")
