"""Python paho in versions 3.1, 3.1.1 and 5. Works with paho 1.6 and 2."""

import queue
import sys
import threading

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from cases import Cases

PORT = int(sys.argv[1])
WAIT_S = 20
VERSIONS = {"3.1": paho.MQTTv31, "3.1.1": paho.MQTTv311, "5": paho.MQTTv5}


class Client:
    """A connected paho client with its loop thread; messages are in a queue."""

    def __init__(self, client_id, version, clean=True, expiry=None, prepare=None):
        self.version = version
        self.messages = queue.Queue()
        self.acknowledged = queue.Queue()
        self.connected = queue.Queue()
        arguments = {"client_id": client_id, "protocol": version}
        if version != paho.MQTTv5:
            arguments["clean_session"] = clean
        if hasattr(paho, "CallbackAPIVersion"):
            arguments["callback_api_version"] = paho.CallbackAPIVersion.VERSION1
        self.paho = paho.Client(**arguments)
        self.paho.on_message = lambda _client, _data, message: self.messages.put(message)
        self.paho.on_subscribe = lambda *arguments: self.acknowledged.put(arguments[3])
        self.paho.on_connect = lambda *arguments: self.connected.put((arguments[2], arguments[3]))
        if prepare:
            prepare(self.paho)
        extra = {}
        if version == paho.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = expiry or 0
            extra = {"clean_start": clean, "properties": properties}
        self.paho.connect("127.0.0.1", PORT, 60, **extra)
        self.paho.loop_start()
        flags, reason = self.connected.get(timeout=WAIT_S)
        assert int(getattr(reason, "value", reason)) == 0, reason
        self.session_present = bool(flags["session present"])

    def subscribe(self, topic, qos):
        self.paho.subscribe(topic, qos)
        granted = self.acknowledged.get(timeout=WAIT_S)
        assert [int(getattr(each, "value", each)) for each in granted] == [qos], granted

    def publish(self, topic, payload, qos, retain=False, properties=None):
        self.paho.publish(topic, payload, qos, retain, properties).wait_for_publish(WAIT_S)

    def receive(self, topic, payload, qos, retain=False):
        message = self.messages.get(timeout=WAIT_S)
        found = (message.topic, message.payload, message.qos, bool(message.retain))
        assert found == (topic, payload, qos, retain), found
        return message

    def leave(self):
        self.paho.disconnect()
        self.paho.loop_stop()

    def die(self):
        """Ends the connection without DISCONNECT."""
        self.paho.loop_stop()
        self.paho._sock_close()


def both_ways(name, qos):
    version = VERSIONS[name]
    one, two = Client(f"one-{name}", version), Client(f"two-{name}", version)
    one.subscribe(f"to/one/{name}", qos)
    two.subscribe(f"to/two/{name}", qos)
    for number in range(50):
        one.publish(f"to/two/{name}", b"%d" % number, qos)
        two.publish(f"to/one/{name}", b"%d" % number, qos)
    for number in range(50):
        one.receive(f"to/one/{name}", b"%d" % number, qos)
        two.receive(f"to/two/{name}", b"%d" % number, qos)
    one.leave()
    two.leave()


def between_versions(first, second, qos):
    topic = f"between/{first}/{second}/{qos}"
    sender, receiver = Client("sender", VERSIONS[first]), Client("receiver", VERSIONS[second])
    receiver.subscribe(topic, qos)
    sender.publish(topic, b"across", qos)
    receiver.receive(topic, b"across", qos)
    sender.leave()
    receiver.leave()


def retained(name):
    client = Client("keeper", VERSIONS[name])
    client.publish(f"kept/{name}", b"stays", 1, True)
    client.subscribe(f"kept/{name}", 1)
    client.receive(f"kept/{name}", b"stays", 1, True)
    client.publish(f"kept/{name}", b"", 1, True)
    client.receive(f"kept/{name}", b"", 1)
    client.leave()


def will(name):
    watcher = Client("watcher", paho.MQTTv5)
    watcher.subscribe(f"will/{name}", 1)
    Client("dying", VERSIONS[name], prepare=lambda each: each.will_set(f"will/{name}", b"gone", 1)).die()
    watcher.receive(f"will/{name}", b"gone", 1)
    watcher.leave()


def session(name, qos):
    version = VERSIONS[name]
    client = Client(f"session-{name}-{qos}", version, clean=False, expiry=100)
    client.subscribe(f"session/{name}/{qos}", 2)
    client.leave()
    other = Client("other", paho.MQTTv5)
    for number in range(10):
        other.publish(f"session/{name}/{qos}", b"%d" % number, qos)
    other.leave()
    client = Client(f"session-{name}-{qos}", version, clean=False, expiry=100)
    assert client.session_present or name == "3.1"
    for number in range(10):
        client.receive(f"session/{name}/{qos}", b"%d" % number, qos)
    client.leave()


def properties():
    client = Client("properties", paho.MQTTv5)
    client.subscribe("properties", 1)
    given = Properties(PacketTypes.PUBLISH)
    given.UserProperty = [("k", "1"), ("k", "2")]
    given.ContentType, given.ResponseTopic, given.CorrelationData = "text/plain", "back", b"\x00\xff"
    given.PayloadFormatIndicator, given.MessageExpiryInterval = 1, 100
    client.publish("properties", b"text", 1, properties=given)
    found = client.receive("properties", b"text", 1).properties
    for name in ("UserProperty", "ContentType", "ResponseTopic", "CorrelationData", "PayloadFormatIndicator"):
        assert getattr(found, name) == getattr(given, name), (name, getattr(found, name))
    client.leave()


def parallel(name):
    """Eight clients in threads, each publishing to all."""
    clients = [Client(f"parallel{number}", VERSIONS[name]) for number in range(8)]
    for client in clients:
        client.subscribe("parallel/#", 1)
    threads = [threading.Thread(target=lambda number=number, client=client: [
        client.publish(f"parallel/{number}", b"%d" % index, 1) for index in range(20)])
        for number, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        following = {}
        for _ in range(160):
            message = client.messages.get(timeout=WAIT_S)
            assert int(message.payload) == following.get(message.topic, 0), (message.topic, message.payload)
            following[message.topic] = int(message.payload) + 1
        client.leave()


def main():
    cases = Cases()
    for name in VERSIONS:
        for qos in (0, 1, 2):
            cases.run(f"both ways {name} QoS {qos}", both_ways, name, qos)
            for other in VERSIONS:
                cases.run(f"{name} to {other} QoS {qos}", between_versions, name, other, qos)
        cases.run(f"retained {name}", retained, name)
        cases.run(f"will {name}", will, name)
        for qos in (1, 2):
            cases.run(f"session {name} QoS {qos}", session, name, qos)
        cases.run(f"parallel {name}", parallel, name)
    cases.run("properties", properties)
    return cases.exit_code()


if __name__ == "__main__":
    sys.exit(main())
