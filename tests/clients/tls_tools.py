"""mosquitto_pub and mosquitto_sub over TLS, with and without a certificate of their own, and `openssl s_client`."""

import os
import pathlib
import subprocess
import sys

from cases import Cases

PORT = os.environ["GRAPNEL_TLS_PORT"]
FOLDER = pathlib.Path(os.environ["GRAPNEL_TLS_FOLDER"])
TLS = ["-h", "localhost", "-p", PORT, "--cafile", str(FOLDER / "ca.pem")]
CERTIFICATE = ["--cert", str(FOLDER / "melon.pem"), "--key", str(FOLDER / "melon.key")]
WAIT_S = 20


def received(version, topic, *arguments):
    """What a mosquitto_sub gets that was subscribed before a mosquitto_pub sent it."""
    subscriber = subprocess.Popen(
        ["stdbuf", "-oL", "mosquitto_sub", *TLS, "-d", "-V", version, "-t", topic, "-q", "1", "-W", str(WAIT_S), "-F",
         "> %p", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen = []
    while "SUBACK" not in (line := subscriber.stdout.readline()):
        seen.append(line)
        assert line, f"mosquitto_sub ended: {seen}"
    subprocess.run(["mosquitto_pub", *TLS, "-V", version, "-t", topic, "-q", "1", "-m", "over TLS", *arguments],
                   check=True, timeout=WAIT_S, capture_output=True)
    for line in subscriber.stdout:
        if line.startswith("> "):
            break
    subscriber.kill()
    subscriber.wait()
    return line.strip()


def one_message(version, tls_version, *arguments):
    assert received(version, f"tls/{version}", "--tls-version", tls_version, *arguments) == "> over TLS"


def alpn():
    assert received("mqttv5", "tls/alpn", "--tls-alpn", "mqtt") == "> over TLS"
    done = subprocess.run(["mosquitto_pub", *TLS, "--tls-alpn", "h2", "-t", "x", "-n"], capture_output=True, text=True,
                          timeout=WAIT_S, check=False)
    assert done.returncode != 0, done


def s_client(*arguments):
    done = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{PORT}", "-CAfile", str(FOLDER / "ca.pem"),
                           *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=WAIT_S,
                          check=False)
    return done.returncode, done.stdout + done.stderr


def handshakes():
    for version in ("-tls1_2", "-tls1_3"):
        code, output = s_client(version, "-verify_return_error", "-servername", "localhost", "-alpn", "mqtt")
        assert code == 0 and "Verify return code: 0 (ok)" in output and "ALPN protocol: mqtt" in output, output
    for version in ("-tls1", "-tls1_1"):
        code, output = s_client(version, "-cipher", "ALL:@SECLEVEL=0")
        assert code != 0 and "protocol version" in output, output


def main():
    cases = Cases()
    for version in ("mqttv31", "mqttv311", "mqttv5"):
        for tls_version in ("tlsv1.2", "tlsv1.3"):
            cases.run(f"{version} over {tls_version}", one_message, version, tls_version)
            cases.run(f"{version} over {tls_version} with a certificate", one_message, version, tls_version,
                      *CERTIFICATE)
    cases.run("alpn", alpn)
    cases.run("openssl s_client", handshakes)
    return cases.exit_code()


if __name__ == "__main__":
    sys.exit(main())
