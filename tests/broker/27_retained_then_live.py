"""What is published after the SUBACK comes after the stored message of its topic, and nothing falls in between.
[MQTT-4.6.0-5] [MQTT-3.8.4-4] [MQTT-3.1.1: 4.6.0-6]"""
from lib import connect


def test_order(broker):
    publisher = connect(broker, "pub")
    for round_number in range(30):
        publisher.publish("kept/x", f"{round_number} stored", qos=1, retain=True)
        client = connect(broker, f"late{round_number}", version=4 + round_number % 2)
        client.subscribe("kept/#", qos=1)
        publisher.publish("kept/x", f"{round_number} live", qos=1)
        client.receive("kept/x", f"{round_number} stored", qos=1, retain=True)
        client.receive("kept/x", f"{round_number} live", qos=1, retain=False)
        client.disconnect()
