"""sdk/examples/echo-service.cpp: requests are answered where and how they ask for it."""
from lib import Broker, allow_all, connect

SERVICE = {"name": "echo-service", "config": {"topic": "service/+/echo", "replies": "reply"}}

config = dict(plugins=[SERVICE, allow_all()])


def ask(client, payload, qos=1, **properties):
    client.publish("service/a/echo", payload, qos=qos, properties=properties)


def test_a_request_is_answered(broker):
    client = connect(broker, "client")
    client.subscribe("reply/client", qos=2)
    for qos in (0, 1, 2):
        ask(client, b"hello", qos=qos, response_topic="reply/client", correlation_data=b"\x00\xff7")
        client.receive("reply/client", b"hello", qos=qos, has={"correlation_data": b"\x00\xff7"},
                       lacks=("response_topic",))
    ask(client, b"", response_topic="reply/client")
    client.receive("reply/client", b"", qos=1, lacks=("correlation_data",))


def test_answers_go_to_who_asked(broker):
    clients = [connect(broker, f"client{number}") for number in range(8)]
    for client in clients:
        client.subscribe(f"reply/{client.name}", qos=1)
    for client in clients:
        ask(client, client.name, response_topic=f"reply/{client.name}", correlation_data=client.name)
    for client in clients:
        client.receive(f"reply/{client.name}", client.name.encode(), qos=1,
                       has={"correlation_data": client.name.encode()})


def test_answers_go_nowhere_else(broker):
    """A client cannot make the broker publish where it may not."""
    watcher = connect(broker, "watcher")
    watcher.subscribe("#", "$SYS/echo", qos=1)
    client = connect(broker, "client")
    for topic in ("$SYS/echo", "elsewhere", "replying", "service/a/echo"):
        ask(client, topic, response_topic=topic)
        watcher.receive("service/a/echo", topic.encode(), qos=1)
    client.publish("service/a/echo", b"nobody", qos=1)
    watcher.receive("service/a/echo", b"nobody", qos=1)
    ask(client, b"end", response_topic="reply/end")
    watcher.receive("service/a/echo", b"end", qos=1)
    watcher.receive("reply/end", b"end", qos=1)  # the service answers in order


def test_a_retained_request_is_not_answered():
    """Else each start of the broker would answer it again."""
    with Broker(**config) as broker:
        client = connect(broker, "client")
        client.subscribe("reply/client", qos=1)
        client.publish("service/a/echo", b"old", qos=1, retain=True, properties={"response_topic": "reply/client"})
        ask(client, b"new", response_topic="reply/client")
        client.receive("reply/client", b"new", qos=1)


def test_it_says_when_it_cannot_serve():
    with Broker(broker={"inline_client": False}, **config) as broker:
        broker.wait_record("cannot subscribe to service/+/echo", module="plugin/echo-service")
        connect(broker, "client").ping()
