"""curl asks the http listener, whose port is the argument; or the one of GRAPNEL_TLS_PORT, over TLS, with the
certificates that are in GRAPNEL_TLS_FOLDER."""

import json
import os
import pathlib
import subprocess
import sys

from cases import Cases

FOLDER = pathlib.Path(os.environ.get("GRAPNEL_TLS_FOLDER", "/"))
SECURE = "--tls" in sys.argv
URL = f"https://localhost:{os.environ['GRAPNEL_TLS_PORT']}" if SECURE else f"http://127.0.0.1:{sys.argv[1]}"
TRUST = ["--cacert", str(FOLDER / "ca.pem")]
CERTIFICATE = ["--cert", str(FOLDER / "melon.pem"), "--key", str(FOLDER / "melon.key")]


def curl(*arguments):
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20",
                           *(TRUST + CERTIFICATE if SECURE else []), *arguments], check=True, capture_output=True,
                          timeout=30)
    return done.stdout.decode()


def health():
    assert curl("--fail", f"{URL}/healthz") == "ok\n"
    assert curl("--fail", "--http1.0", "--no-alpn", f"{URL}/ready") == "ready\n"


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


def without_certificate():
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", *TRUST, f"{URL}/metrics"],
                          capture_output=True, timeout=30, check=False)
    assert done.returncode == 56 and not done.stdout, done
    assert b"certificate required" in done.stderr, done


def no_http2():
    shown = curl("--http2", "--output", "/dev/null", "--write-out", "%{http_version}", f"{URL}/healthz")
    assert shown == "1.1", shown


cases = Cases()
for case in (health, several_on_one_connection, head, statuses, sysinfo):
    cases.run(f"curl {case.__name__}", case)
for case in (without_certificate, no_http2) if SECURE else ():
    cases.run(f"curl {case.__name__}", case)
sys.exit(cases.exit_code())
