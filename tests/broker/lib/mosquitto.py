"""The same interface as broker.Broker on Mosquitto, to check tests against another implementation:
run.py --reference. Only what both know is translated; tests of Grapnel's own contracts fail there."""

import shutil
import socket
import subprocess
import time

from . import broker as grapnel
from .client import scaled

_LIMITS = {
    "maximum_packet_size": "max_packet_size", "maximum_keepalive": "max_keepalive", "maximum_qos": "max_qos",
    "receive_maximum": "max_inflight_messages", "topic_alias_maximum": "max_topic_alias",
    "maximum_clients": "max_connections", "maximum_queued_messages": "max_queued_messages",
}
_UNITS = {"KiB": 1024, "MiB": 1 << 20, "B": 1}


def _plain(value):
    if isinstance(value, str):
        number, _, unit = value.partition(" ")
        if unit in _UNITS:
            return int(number) * _UNITS[unit]
        return int(value.rstrip("s"))
    return int(value)


class Broker(grapnel.Broker):
    def config_text(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.ports = {"tcp": self.port}
        lines = ["allow_anonymous true", "sys_interval 1", "log_type all", "connection_messages true"]
        listener_lines = [f"listener {self.port} 127.0.0.1"]
        limits = self.arguments["limits"] or {}
        for key, value in limits.items():
            option = _LIMITS.get(key)
            if key == "retain_available":
                lines.append(f"retain_available {'true' if value else 'false'}")
            elif option in ("max_qos", "max_connections", "max_topic_alias"):
                listener_lines.append(f"{option} {_plain(value)}")
            elif option:
                lines.append(f"{option} {_plain(value)}")
        return "\n".join(lines + listener_lines) + "\n"

    def start(self):
        self.write_config()
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.process = subprocess.Popen([program, "-c", str(self.config_path)],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self._ended = False
        self._reader = grapnel.threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        limit = time.monotonic() + scaled(grapnel.READY_S)
        while not any("running" in line for line in list(self.lines)):
            assert not self._ended and time.monotonic() < limit, "mosquitto did not start: " + self.log_tail()
            with self._changed:
                self._changed.wait(0.1)
        return self
