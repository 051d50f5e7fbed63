"""mosquitto_pub and mosquitto_sub in versions 3.1, 3.1.1 and 5, at every QoS, both ways."""

import subprocess
import sys

from cases import Cases

VERSIONS = ("mqttv31", "mqttv311", "mqttv5")
PORT = sys.argv[1]
WAIT_S = 20


def publish(version, topic, payload, *arguments):
    subprocess.run(["mosquitto_pub", "-V", version, "-p", PORT, "-t", topic, "-m", payload, *arguments], check=True,
                   timeout=WAIT_S, capture_output=True)


class Subscriber:
    """A mosquitto_sub in the background; ready when its SUBACK has arrived."""

    def __init__(self, version, *arguments, format="%t %q %r %p"):
        self.process = subprocess.Popen(
            ["stdbuf", "-oL", "mosquitto_sub", "-d", "-V", version, "-p", PORT, "-W", str(WAIT_S), "-F", "> " + format,
             *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.seen = []
        while "SUBACK" not in (line := self.process.stdout.readline()):
            self.seen.append(line)
            assert line, f"mosquitto_sub ended: {self.seen}"

    def line(self):
        """The next message, in the format."""
        for line in self.process.stdout:
            self.seen.append(line)
            if line.startswith("> "):
                return line[2:].rstrip("\n")
        raise AssertionError(f"no message: {self.seen[-2:]}")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def one_message(sub_version, pub_version, qos):
    topic = f"one/{sub_version}/{pub_version}/{qos}"
    subscriber = Subscriber(sub_version, "-t", topic, "-q", str(qos))
    publish(pub_version, topic, "hello", "-q", str(qos))
    assert subscriber.line() == f"{topic} {qos} 0 hello"
    subscriber.end()


def many_in_order(version, qos):
    topic = f"many/{version}/{qos}"
    subscriber = Subscriber(version, "-t", topic, "-q", str(qos), format="%p")
    lines = "".join(f"{number}\n" for number in range(500))
    subprocess.run(["mosquitto_pub", "-V", version, "-p", PORT, "-t", topic, "-q", str(qos), "-l"], input=lines,
                   text=True, check=True, timeout=WAIT_S, capture_output=True)
    received = [subscriber.line() for _ in range(500)]
    assert received == lines.split(), received[:20]
    subscriber.end()


def retained(version):
    topic = f"kept/{version}"
    publish(version, topic, "stays", "-r", "-q", "1")
    subscriber = Subscriber(version, "-t", topic, "-q", "1")
    assert subscriber.line() == f"{topic} 1 1 stays"
    subscriber.end()
    subprocess.run(["mosquitto_pub", "-V", version, "-p", PORT, "-t", topic, "-r", "-n", "-q", "1"], check=True,
                   timeout=WAIT_S)
    subscriber = Subscriber(version, "-t", topic, "-t", "live/" + topic)
    publish(version, "live/" + topic, "first")
    assert subscriber.line() == f"live/{topic} 0 0 first"
    subscriber.end()


def will(version):
    topic = f"will/{version}"
    watcher = Subscriber("mqttv5", "-t", topic, "-q", "1")
    dying = Subscriber(version, "-t", "nothing", "--will-topic", topic, "--will-payload", "gone", "--will-qos", "1")
    dying.end()
    assert watcher.line() == f"{topic} 1 0 gone"
    watcher.end()


def session(version, qos):
    """Subscribes with a session, leaves, and finds the messages of the meantime."""
    topic = f"session/{version}/{qos}"
    common = ["-V", version, "-p", PORT, "-i", f"tool-{version}-{qos}", "-c", "-t", topic, "-q", "2", "-W", str(WAIT_S)]
    if version == "mqttv5":
        common += ["-x", "100"]
    subprocess.run(["mosquitto_sub", *common, "-E"], check=True, timeout=WAIT_S, capture_output=True)
    for number in range(3):
        publish("mqttv5", topic, f"missed {number}", "-q", str(qos))
    done = subprocess.run(["mosquitto_sub", *common, "-C", "3"], check=True, timeout=WAIT_S, capture_output=True,
                          text=True)
    assert done.stdout.splitlines() == [f"missed {number}" for number in range(3)], done.stdout


def properties():
    subscriber = Subscriber("mqttv5", "-t", "properties", format="%p|%C|%R|%D|%P")
    publish("mqttv5", "properties", "text", "-D", "publish", "content-type", "text/plain", "-D", "publish",
            "response-topic", "back", "-D", "publish", "correlation-data", "id7", "-D", "publish",
            "user-property", "k", "v")
    line = subscriber.line()
    assert line.startswith("text|text/plain|back|id7|k:v"), line
    subscriber.end()


def shared():
    subscribers = [Subscriber("mqttv5", "-t", "$share/tools/work", "-q", "1", format="%p") for _ in range(2)]
    for number in range(10):
        publish("mqttv5", "work", str(number), "-q", "1")
    for subscriber in subscribers:
        subscriber.received = {subscriber.line() for _ in range(5)}
        subscriber.end()
    both = subscribers[0].received | subscribers[1].received
    assert both == {str(number) for number in range(10)}, both


def large(version):
    payload = "x" * 200_000
    subscriber = Subscriber(version, "-t", f"large/{version}", "-q", "1", format="%l")
    subprocess.run(["mosquitto_pub", "-V", version, "-p", PORT, "-t", f"large/{version}", "-q", "1", "-s"],
                   input=payload, text=True, check=True, timeout=WAIT_S)
    assert subscriber.line() == "200000"
    subscriber.end()


def main():
    cases = Cases()
    for sub_version in VERSIONS:
        for pub_version in VERSIONS:
            for qos in (0, 1, 2):
                cases.run(f"{pub_version} to {sub_version} QoS {qos}", one_message, sub_version, pub_version, qos)
    for version in VERSIONS:
        for qos in (0, 1, 2):
            cases.run(f"500 in order, {version} QoS {qos}", many_in_order, version, qos)
        cases.run(f"retained {version}", retained, version)
        cases.run(f"will {version}", will, version)
        for qos in (1, 2):
            cases.run(f"session {version} QoS {qos}", session, version, qos)
        cases.run(f"large {version}", large, version)
    cases.run("properties", properties)
    cases.run("shared subscription", shared)
    return cases.exit_code()


if __name__ == "__main__":
    sys.exit(main())
