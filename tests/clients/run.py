#!/usr/bin/env python3
"""Real clients against a broker: mosquitto_pub and mosquitto_sub, also over TLS, Python paho, and MQTT.js over TCP,
WebSocket and secure WebSocket, each in every protocol version that it speaks, and curl, with one and with four workers.
Ends with `N passed, N failed`.

Each script here takes the port, and prints `PASS name` or `FAIL name: why` for every case."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "broker"))
SCRIPT_S = 120.0
LISTENERS = {"ws": [{"id": "ws", "type": "ws"}], "http": [{"id": "http", "type": "http"}]}
SECURE = {"tls": {"type": "tcp"}, "wss": {"type": "ws"}, "https": {"type": "http"}}


def python_with_paho():
    """This interpreter, or the system's, for which Debian's python3-paho-mqtt is installed."""
    for program in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([program, "-c", "import paho.mqtt.client"], capture_output=True, check=False).returncode == 0:
            return program
    return None


def commands():
    """(name, command, what it needs, its listener) of each script; a missing need is a failure, not a skip."""
    paho = python_with_paho()
    has_tools = shutil.which("mosquitto_sub")
    mqttjs_needs = f"node and `npm install --prefix {HERE.name}` in tests"
    has_mqttjs = shutil.which("node") and (HERE / "node_modules" / "mqtt").is_dir()
    return [
        ("mosquitto", [sys.executable, "-B", str(HERE / "mosquitto_tools.py")] if has_tools else None,
         "mosquitto_pub and mosquitto_sub (package mosquitto-clients)", "tcp"),
        ("tls", [sys.executable, "-B", str(HERE / "tls_tools.py")] if has_tools and shutil.which("openssl") else None,
         "mosquitto_pub and mosquitto_sub (package mosquitto-clients), and openssl", "tls"),
        ("paho", [paho, "-B", str(HERE / "paho_client.py")] if paho else None, "python3-paho-mqtt", "tcp"),
        ("mqtt.js", ["node", str(HERE / "mqttjs_client.js"), "mqtt"] if has_mqttjs else None, mqttjs_needs, "tcp"),
        ("mqtt.js over WebSocket", ["node", str(HERE / "mqttjs_client.js"), "ws"] if has_mqttjs else None,
         mqttjs_needs, "ws"),
        *[(f"mqtt.js over {what}", ["node", str(HERE / "mqttjs_client.js"), what] if has_mqttjs else None,
           mqttjs_needs, "wss") for what in ("wss", "wss+certificate")],
        ("curl", [sys.executable, "-B", str(HERE / "curl_http.py")] if shutil.which("curl") else None, "curl", "http"),
        ("curl over TLS", [sys.executable, "-B", str(HERE / "curl_http.py"), "--tls"] if shutil.which("curl") else None,
         "curl", "https"),
    ]


def start_broker(workers, listener):
    """A plain listener first. Scripts for TLS are told where it is and where certificates are."""
    from lib import Broker, authority
    if listener not in SECURE:
        return Broker(workers=workers, listeners=[{"id": "tcp"}, *LISTENERS.get(listener, [])]).start()
    tls = authority().mutual() if listener == "https" else authority().mutual(verify="optional", identity="cn")
    secure = {"id": listener, "tls": tls, **SECURE[listener]}
    broker = Broker(workers=workers, listeners=[{"id": "tcp"}, secure]).start()
    os.environ["GRAPNEL_TLS_PORT"] = str(broker.ports[listener])
    os.environ["GRAPNEL_TLS_FOLDER"] = str(authority().folder)
    return broker


def run_script(command, port):
    try:
        done = subprocess.run([*command, str(port)], capture_output=True, text=True, timeout=SCRIPT_S, check=False)
        output = done.stdout + done.stderr
        if done.returncode and "FAIL " not in output:
            output += f"\nFAIL the script: it ended with {done.returncode}"
        return output
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode() + (late.stderr or b"").decode()
        return f"{output}\nFAIL the script: not done in {SCRIPT_S} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.environ.get("GRAPNEL_BUILD", str(HERE.parents[1] / "build")))
    parser.add_argument("--workers", default="1,4")
    parser.add_argument("--only", default="", help="only scripts whose name contains this")
    parser.add_argument("--reference", action="store_true", help="run against Mosquitto instead")
    options = parser.parse_args()
    os.environ["GRAPNEL_BUILD"] = str(pathlib.Path(options.build).resolve())
    if options.reference:
        os.environ["GRAPNEL_TEST_REFERENCE"] = "mosquitto"
    passed = failed = 0
    for workers in options.workers.split(","):
        for name, command, needed, listener in commands():
            if options.only not in name or (options.reference and listener != "tcp"):
                continue
            if command is None:
                print(f"FAIL {name}: needs {needed}")
                failed += 1
                continue
            broker = start_broker(int(workers), listener)
            lines = run_script(command, broker.port if listener == "tls" else broker.ports[listener]).splitlines()
            try:
                broker.stop()
            except AssertionError as error:
                lines.append(f"FAIL the broker: {error}")
            bad = [line for line in lines if not line.startswith("PASS ") and line.strip()]
            passed += sum(line.startswith("PASS ") for line in lines)
            failed += sum(line.startswith("FAIL ") for line in lines)
            for line in bad:
                print(f"{name}, {workers} workers: {line}")
            if bad:
                print("broker log:\n" + broker.log_tail(15))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
