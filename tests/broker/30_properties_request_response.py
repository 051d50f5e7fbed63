"""A request with response topic and correlation data is answered through them, v5 to v5, by any two clients.
[MQTT-3.3.2-15] [MQTT-3.3.2-16]"""
from lib import connect


def test_round_trip(broker):
    asker, server = connect(broker, "asker"), connect(broker, "server")
    server.subscribe("service", qos=1)
    asker.subscribe("answers/asker", qos=1)
    for number in range(10):
        asker.publish("service", b"question", qos=1, properties={
            "response_topic": "answers/asker", "correlation_data": bytes([number, 0, 255])})
        request = server.receive("service", b"question", qos=1)
        server.publish(request.properties["response_topic"], b"answer", qos=1,
                       properties={"correlation_data": request.properties["correlation_data"]})
        asker.receive("answers/asker", b"answer", qos=1, has={"correlation_data": bytes([number, 0, 255])},
                      lacks=["response_topic"])
