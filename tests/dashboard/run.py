#!/usr/bin/env python3
"""The dashboard in Chromium, with a broker of invented data and with a real one; and MQTT.js in a page, over WebSocket.
Ends with `N passed, N failed`. Screenshots go to the folder `screenshots` of the build.

Each script prints `PASS name` or `FAIL name: why` for every case."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "broker"))
SCRIPT_S = 240.0
TOKEN = "the-token-of-an-operator"
READ_TOKEN = "the-token-of-a-reader"


def run_script(name, *arguments):
    """Runs a script to its end; its lines."""
    try:
        done = subprocess.run(["node", str(HERE / name), *map(str, arguments)], capture_output=True, text=True,
                              timeout=SCRIPT_S, check=False)
        output = done.stdout + done.stderr
        if "FAIL " not in output and (done.returncode or "PASS " not in output):
            output += f"\nFAIL {name}: it ended with {done.returncode}"
        return output.splitlines()
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode() + (late.stderr or b"").decode()
        return f"{output}\nFAIL {name}: not done in {SCRIPT_S} s".splitlines()


def with_broker(name, arguments_of, **settings):
    """The lines of a script whose arguments are those that the function gives for a running broker."""
    from lib import Broker
    broker = Broker(workers=2, **settings).start()
    lines = run_script(name, *arguments_of(broker))
    try:
        broker.stop()
    except AssertionError as error:
        lines.append(f"FAIL the broker: {error}")
    if any(line.startswith("FAIL ") for line in lines):
        lines.append("broker log:\n" + broker.log_tail(15))
    return lines


def arithmetic():
    return run_script("arithmetic_cases.js")


def page():
    return run_script("page_cases.js")


def dashboard():
    load = pathlib.Path(os.environ["GRAPNEL_BUILD"]) / "tests" / "bench" / "load"
    return with_broker("broker_cases.js",
                       lambda broker: [TOKEN, READ_TOKEN, load, broker.ports["tcp"], broker.ports["http"]],
                       listeners=[{"id": "tcp"}, {"id": "http", "type": "http"}],
                       top={"admin": {"token": TOKEN, "read_token": READ_TOKEN}})


def websocket():
    return with_broker("websocket_cases.js", lambda broker: [f"ws://127.0.0.1:{broker.ports['ws']}/mqtt"],
                       listeners=[{"id": "ws", "type": "ws"}])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.environ.get("GRAPNEL_BUILD", str(HERE.parents[1] / "build")))
    parser.add_argument("--only", default="", help="only scripts whose name contains this")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    os.environ["GRAPNEL_BUILD"] = str(build)
    os.environ["GRAPNEL_SCREENSHOTS"] = str(build / "screenshots")
    (build / "screenshots").mkdir(exist_ok=True)
    for need, is_there in (("node", shutil.which("node")), ("chromium", shutil.which("chromium")),
                           (f"npm install --prefix {HERE.name}", (HERE / "node_modules" / "playwright-core").is_dir())):
        if not is_there:
            sys.exit(f"FAIL: needs {need}\n0 passed, 1 failed")
    passed = failed = 0
    for script in (arithmetic, page, dashboard, websocket):
        if options.only not in script.__name__:
            continue
        lines = script()
        passed += sum(line.startswith("PASS ") for line in lines)
        failed += sum(line.startswith("FAIL ") for line in lines)
        for line in lines:
            if line.strip() and not line.startswith("PASS "):
                print(f"{script.__name__}: {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
