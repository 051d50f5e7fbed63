"""All $SYS topics exist, retained, as text.
BEHAVIOUR 5"""
from lib import connect

TOPICS = """version time uptime started load/bytes/received load/bytes/sent clients/connected clients/disconnected
clients/maximum clients/total packets/received packets/sent messages/received messages/sent messages/dropped
messages/inflight retained subscriptions system/memory system/threads
messages/dropped/queue_full messages/dropped/slow_reader messages/dropped/expired messages/dropped/too_large
messages/dropped/offline messages/dropped/session_ended clients/refused clients/protocol_errors
store/failures connections/refused/rate connections/refused/banned connections/refused/proxy
connections/out_of_descriptors tls/handshakes tls/handshakes/failed""".split()


def test_every_topic(broker):
    broker.sys("system/threads")  # the first round has been published
    for version in (4, 5):
        client = connect(broker, "x", version=version)
        client.subscribe("$SYS/broker/#")
        missing = {f"$SYS/broker/{each}" for each in TOPICS}
        while missing:
            message = client.expect("PUBLISH", qos=0, dup=False)
            assert message.topic.startswith("$SYS/broker/"), message
            if not message.topic.endswith("version"):
                assert message.payload.decode().isdigit(), message
            if message.topic in missing:
                assert message.retain, message
            missing.discard(message.topic)


def test_one_topic_and_its_updates(broker):
    client = connect(broker, "y")
    client.subscribe("$SYS/broker/uptime")
    first = int(client.expect("PUBLISH", retain=True).payload)
    second = int(client.expect("PUBLISH").payload)
    assert first <= second <= first + 3, (first, second)
