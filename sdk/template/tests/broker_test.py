#!/usr/bin/env python3
"""Starts an installed broker with the plugin, and talks MQTT 5 to it. Needs nothing but Python."""

import argparse
import json
import pathlib
import re
import socket
import struct
import subprocess
import tempfile
import threading

CONFIG = """\
[broker]
workers = 1
data_dir = {folder}
[log]
format = "json"
[plugins]
search = [{plugins}]
[[listener]]
id = "tcp"
type = "tcp"
address = "127.0.0.1:0"
[[plugin]]
path = {plugin}
id = "my-plugin"
[plugin.config]
maximum_payload = 16
[[plugin]]
name = "auth-ledger"
[plugin.config]
default = "allow"
[[plugin.config.auth]]
allow = true
"""


class Broker:
    """A broker on a free port, as a context manager."""

    def __init__(self, options, folder):
        self.command = [options.grapnel, "run", "--config", folder / "grapnel.toml"]
        quoted = {"folder": folder, "plugins": options.plugins, "plugin": options.plugin.resolve()}
        text = CONFIG.format(**{key: json.dumps(str(value)) for key, value in quoted.items()})
        (folder / "grapnel.toml").write_text(text)

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        # Whatever hangs here ends with the broker.
        self.watchdog = threading.Timer(30, self.process.kill)
        self.watchdog.daemon = True
        self.watchdog.start()
        self.port = None
        self.expect('"message":"ready"')
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()
        self.watchdog.cancel()
        assert self.process.returncode == 0, f"the broker ended with {self.process.returncode}"

    def expect(self, text):
        """Reads the log until a line has the text."""
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            found = re.search(r'"address":"127\.0\.0\.1:(\d+)"', line)
            if found:
                self.port = int(found.group(1))
            if text in line:
                return
        raise AssertionError(f"no {text} in the log:\n" + "".join(lines))


class Client:
    """An MQTT 5 client that knows CONNECT and PUBLISH of QoS 1."""

    def __init__(self, port, name):
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=10)
        body = self.text("MQTT") + b"\x05\x02\x00\x3c\x00" + self.text(name)
        kind, answer = self.ask(0x10, body)
        assert kind == 2 and answer[1] == 0, f"CONNACK {answer!r}"

    @staticmethod
    def text(value):
        return struct.pack(">H", len(value)) + value.encode()

    def ask(self, first, body):
        """Sends a packet of less than 128 bytes and returns type and body of the answer."""
        self.stream.sendall(bytes([first, len(body)]) + body)
        first, length = self.read(2)
        return first >> 4, self.read(length)

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.stream.recv(count - len(data))
            assert part, "the broker closed the connection"
            data += part
        return data

    def publish(self, topic, payload):
        """The reason code of the PUBACK."""
        kind, body = self.ask(0x32, self.text(topic) + b"\x00\x01\x00" + payload)
        assert kind == 4, f"packet type {kind}"
        return body[2] if len(body) > 2 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plugin", type=pathlib.Path, help="the .so file")
    parser.add_argument("--grapnel", default="grapnel", help="the broker's program")
    parser.add_argument("--plugins", default="/usr/lib/grapnel/plugins", help="where auth-ledger is")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Broker(options, pathlib.Path(folder)) as broker:
        client = Client(broker.port, "c1")
        broker.expect("client c1 has connected")
        assert client.publish("a/b", b"small") < 0x80, "a small payload was refused"
        code = client.publish("a/b", b"much too large for this")
        assert code == 0x97, f"a large payload was answered with {code:#x}"
    print("ok")


if __name__ == "__main__":
    main()
