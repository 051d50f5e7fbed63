"""curl asks the http listener."""

import json
import subprocess
import sys

from cases import Cases

URL = f"http://127.0.0.1:{sys.argv[1]}"


def curl(*arguments):
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", *arguments], check=True,
                          capture_output=True, timeout=30)
    return done.stdout.decode()


def health():
    assert curl("--fail", f"{URL}/healthz") == "ok\n"
    assert curl("--fail", "--http1.0", f"{URL}/ready") == "ready\n"


def several_on_one_connection():
    shown = curl("--write-out", "%{num_connects} ", f"{URL}/healthz", f"{URL}/nowhere", f"{URL}/metrics")
    assert "ok\n1 " in shown and "Not Found\n0 " in shown and shown.endswith("0 "), shown[-100:]


def head():
    shown = curl("--head", f"{URL}/metrics")
    assert shown.startswith("HTTP/1.1 200 ") and "version=0.0.4" in shown, shown


def statuses():
    for arguments, status in ((["/nowhere"], "404"), (["/metrics", "--request", "DELETE"], "405"),
                              (["/metrics", "--data", "x" * 1000], "405"), (["/sysinfo"], "200")):
        path, *rest = arguments
        shown = curl("--output", "/dev/null", "--write-out", "%{http_code}", *rest, URL + path)
        assert shown == status, (arguments, shown)


def sysinfo():
    assert json.loads(curl("--compressed", f"{URL}/sysinfo"))["version"]


cases = Cases()
for case in (health, several_on_one_connection, head, statuses, sysinfo):
    cases.run(f"curl {case.__name__}", case)
sys.exit(cases.exit_code())
