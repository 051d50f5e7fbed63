"""A v5 client with an empty id is given one, different from all others, and is known by it.
[MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]"""
from lib import connect


def test_assigned_ids_differ(broker):
    clients = [connect(broker, "") for _ in range(20)]
    names = {each.connack.properties["assigned_client_identifier"] for each in clients}
    assert len(names) == 20 and "" not in names, names
    for client in clients:
        client.ping()


def test_assigned_id_is_the_session_id(broker):
    first = connect(broker, "", clean=False, session=False, properties={"session_expiry_interval": 60})
    name = first.connack.properties["assigned_client_identifier"]
    first.subscribe("assigned/t", qos=1)
    first.disconnect()
    connect(broker, "publisher").publish("assigned/t", b"kept", qos=1)
    again = connect(broker, name, clean=False, session=True, properties={"session_expiry_interval": 60})
    assert "assigned_client_identifier" not in again.connack.properties
    again.receive("assigned/t", b"kept", qos=1)


def test_given_id_is_not_announced(broker):
    assert "assigned_client_identifier" not in connect(broker, "mine").connack.properties
