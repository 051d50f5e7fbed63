"""Who may use the operator's API, at every path of it."""

import os
import re
import signal

from adminlib import API, LISTENERS, READ_TOKEN, TOKEN, Api, admin_broker, bearer, with_admin
from lib import Broker, Client, connect, packets as p
from lib.http import Http, get

config = with_admin()

ROUTES = {
    "/status": ["GET"],
    "/clients": ["GET"],
    "/client?id=nobody": ["GET", "DELETE"],
    "/client/disconnect?id=nobody": ["POST"],
    "/client/trace?id=nobody": ["GET", "PUT", "DELETE"],
}
ALL = [(method, path) for path, methods in ROUTES.items() for method in methods]


def ask(broker, method, path, token=None, headers=(), body=b""):
    with Api(broker, token) as api:
        return api._raw(method, API + path, headers, body)


def test_without_a_token(broker):
    for method, path in ALL:
        status, headers, body = ask(broker, method, path)
        assert status == 401 and headers["www-authenticate"] == "Bearer", (method, path, status, headers)
        assert b"error" in body, body
        assert ask(broker, method, path, "wrong" * 5)[0] == 401, (method, path)


def test_other_ways_to_send_it(broker):
    for headers in (["Authorization: Basic " + TOKEN], ["Authorization: " + TOKEN], ["Cookie: token=" + TOKEN],
                    ["Authorization: Bearer  " + TOKEN], ["Authorization: Bearer"], ["Authorization:"],
                    ["Authorization: Bearer " + TOKEN[:-1]], ["Authorization: Bearer " + "x" * 2000]):
        assert get(broker, API + "/status", headers=headers)[0] == 401, headers
    assert get(broker, f"{API}/status?token={TOKEN}")[0] == 401
    for header in ("authorization: bearer " + TOKEN, "Authorization: Bearer " + TOKEN + " \t "):
        assert get(broker, API + "/status", headers=[header])[0] == 200, header


def test_with_the_token(broker):
    for method, path in ALL:
        if path.startswith("/client/trace") and method == "GET":
            continue
        status, _, _ = ask(broker, method, path, TOKEN)
        assert status in (200, 204, 404), (method, path, status)


def test_with_the_read_token(broker):
    with Api(broker, READ_TOKEN) as api:
        assert api.get("/status")["read_only"] is True
        assert api.get("/clients") == {"clients": [], "next": None}
    for method, path in ALL:
        if method == "GET":
            continue
        status, _, body = ask(broker, method, path, READ_TOKEN)
        assert status == 403 and b"only read" in body, (method, path, status, body)


def test_pages_of_other_origins(broker):
    for method, path in ALL:
        for origin in ("http://evil.example", "null", "http://localhost.evil.example"):
            status, _, body = ask(broker, method, path, TOKEN, [f"Origin: {origin}"])
            assert status == 403 and b"origin" in body, (method, path, origin, status)
    assert ask(broker, "GET", "/status", TOKEN, ["Origin: http://localhost"])[0] == 200
    for site in ("cross-site", "same-site", "x" * 100):
        status, _, body = ask(broker, "GET", "/status", TOKEN, [f"Sec-Fetch-Site: {site}"])
        assert status == 403 and b"origin" in body, (site, status)
    for site in ("same-origin", "none"):
        assert ask(broker, "GET", "/status", TOKEN, [f"Sec-Fetch-Site: {site}"])[0] == 200


def test_wrong_methods(broker):
    for path, methods in ROUTES.items():
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            if method not in methods:
                status, headers, _ = ask(broker, method, path, TOKEN)
                assert status == 405 and methods[0] in headers["allow"], (method, path, status)


def test_head(broker):
    with Http(broker) as http:
        status, _, body = http.ask("HEAD", API + "/status", headers=bearer(READ_TOKEN))
        assert (status, body) == (200, b""), status
        assert http.ask("HEAD", API + "/status")[0] == 401


def test_unknown_paths(broker):
    for path in ("", "/", "/nothing", "/clients/x", "/Status", "/client/trace/x"):
        assert get(broker, API + path, headers=bearer(TOKEN))[0] == 404, path


def test_refusals_are_counted(broker):
    def refused():
        text = get(broker, "/metrics")[2].decode()
        return int(re.search(r"^grapnel_admin_refused_total (\d+)$", text, re.M).group(1))
    before = refused()
    ask(broker, "GET", "/status")
    ask(broker, "DELETE", "/client?id=x", READ_TOKEN)
    ask(broker, "GET", "/status", TOKEN, ["Origin: http://evil.example"])
    ask(broker, "GET", "/status", TOKEN)
    assert refused() == before + 3


def turned_away(broker):
    """A new connection is closed before its request is looked at."""
    with Http(broker) as http:
        try:
            http.send(f"GET {API}/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
            return http.at_end()
        except ConnectionError:
            return True


def test_wrong_tokens_lead_to_a_ban():
    with admin_broker(limits={"login": {"failures": 3, "ban": "1h"}}) as broker:
        for _ in range(10):
            assert ask(broker, "GET", "/status")[0] == 401
        with Api(broker, TOKEN) as early:
            assert early.ask("GET", "/status")[0] == 200
            for _ in range(3):
                assert ask(broker, "GET", "/status", "wrong-token-wrong-token")[0] == 401
            status, answer = early.ask("GET", "/status")
            assert status == 403 and "address" in answer["error"], (status, answer)
        assert turned_away(broker)
        record = broker.wait_record("address banned: too many failed logins")
        assert (record["module"], record["address"]) == ("admin", "127.0.0.1"), record


def publish(topic):
    body = b'{"topic": "%s", "payload": "x"}' % topic
    return b"\r\n".join([b"POST %s/publish HTTP/1.1" % API.encode(), b"Host: x", bearer(TOKEN)[0].encode(),
                         b"Content-Length: %d" % len(body), b"", body])


def test_a_ban_holds_for_whoever_resets():
    """The socket does not know any more who sent the request that is read from it."""
    local = {"id": "local", "type": "unix", "address": "local.sock"}
    with admin_broker(listeners=[*LISTENERS, local], limits={"login": {"failures": 3, "ban": "1h"}}) as broker:
        watcher = connect(broker, "watcher", listener="local")
        watcher.subscribe("by/#")
        early = Http(broker)
        early.ask("GET", "/healthz")
        for _ in range(3):
            assert ask(broker, "GET", "/status", "wrong-token-wrong-token")[0] == 401
        broker.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, broker.process.pid, os.WSTOPPED)
        early.send(publish(b"by/reset"))
        early.reset()
        broker.process.send_signal(signal.SIGCONT)
        with Http(broker, source="127.0.0.2") as other:
            assert other.ask("GET", "/healthz")[0] == 200
            other.send(publish(b"by/another"))
            assert other.answer("POST")[0] == 202
        watcher.receive("by/another")


def test_failed_logins_ban_operators_too():
    denied = [{"name": "auth-ledger", "config": {"default": "deny"}}]
    with admin_broker(plugins=denied, limits={"login": {"failures": 1, "ban": "1h"}}) as broker:
        assert ask(broker, "GET", "/status", TOKEN)[0] == 200
        client = Client(broker)
        client.send(p.connect("one", username="one", password="wrong"))
        client.expect_refused(0x86)
        assert turned_away(broker)


def test_without_tokens_there_is_no_api():
    for top in ({}, {"admin": {}}):
        with Broker(listeners=LISTENERS, top=top) as broker:
            assert ask(broker, "GET", "/status", TOKEN)[0] == 404
            assert get(broker, "/healthz")[0] == 200


def test_a_read_token_alone():
    with Broker(listeners=LISTENERS, top={"admin": {"read_token": READ_TOKEN}}) as broker:
        assert ask(broker, "GET", "/status", READ_TOKEN)[0] == 200
        assert ask(broker, "DELETE", "/client?id=x", READ_TOKEN)[0] == 403
        assert ask(broker, "GET", "/status", TOKEN)[0] == 401


def test_listeners_that_serve_it():
    listeners = [{"id": "tcp"}, {"id": "http", "type": "http"},
                 {"id": "off", "type": "http", "admin": False},
                 {"id": "all", "type": "http", "address": "0.0.0.0:0"},
                 {"id": "on", "type": "http", "address": "0.0.0.0:0", "admin": True}]
    with admin_broker(listeners=listeners) as broker:
        def status(listener):
            return get(broker, API + "/status", listener, headers=bearer(TOKEN))[0]
        assert [status(each) for each in ("http", "off", "all", "on")] == [200, 404, 404, 200]
        message = "the tokens of operators come over the network without TLS"
        assert [each["listener"] for each in broker.records if each.get("message") == message] == ["on"]


def test_a_reload_reads_tokens_anew():
    broker = admin_broker(top={"admin": {"token_file": "admin.token"}})
    file = broker.folder / "admin.token"
    file.touch(0o600)
    file.write_text(TOKEN + "\n")
    with broker:
        assert ask(broker, "GET", "/status", TOKEN)[0] == 200
        other = "another-token-0123456789"
        file.write_text(other + "\n")
        assert broker.reload()
        assert ask(broker, "GET", "/status", TOKEN)[0] == 401
        assert ask(broker, "GET", "/status", other)[0] == 200
        file.chmod(0o644)
        assert not broker.reload()
        assert "others may read" in broker.log_text()
        assert ask(broker, "GET", "/status", other)[0] == 200
        assert other not in broker.log_text()
        file.chmod(0o600)
        broker.write_config(top={"admin": {}})
        assert broker.reload()
        assert ask(broker, "GET", "/status", other)[0] == 404


def test_a_token_that_ends_before_the_body_comes():
    broker = admin_broker(top={"admin": {"token_file": "admin.token"}})
    file = broker.folder / "admin.token"
    file.touch(0o600)
    file.write_text(TOKEN + "\n")
    with broker, Http(broker) as http:
        body = b'{"topic": "t", "payload": "x"}'
        lines = [f"POST {API}/publish HTTP/1.1", "Host: x", *bearer(TOKEN), f"Content-Length: {len(body)}", "", ""]
        http.send("\r\n".join(lines).encode() + body[:5])
        get(broker, "/healthz")  # the request line has been read by then
        file.write_text("another-token-0123456789\n")
        assert broker.reload()
        http.send(body[5:])
        assert http.answer("POST")[0] == 401


def test_tokens_that_come_by_a_reload():
    with Broker(listeners=LISTENERS) as broker:
        broker.write_config(top={"admin": {"token": TOKEN}})
        assert broker.reload()
        broker.wait_record("a change of this key needs a restart", key="admin")
        assert ask(broker, "GET", "/status", TOKEN)[0] == 404


def test_the_token_of_the_command_line():
    with Broker() as broker:
        file = broker.folder / "given.token"
        file.touch(0o600)
        file.write_text("short\n")
        broker.arguments["listeners"] = LISTENERS
        broker.write_config()
        done = broker.command("check", "--config", broker.config_path, "--admin-token-file", file)
        assert done.returncode == 2 and f"{file}:1:1: the file of --admin-token-file has 5" in done.stderr, done.stderr
        file.write_text(TOKEN + "\n")
        done = broker.command("check", "--config", broker.config_path, "--admin-token-file", file)
        assert done.returncode == 0, done.stderr
        broker.arguments["listeners"] = [{**each, **({"admin": True} if each.get("type") == "http" else {})}
                                         for each in LISTENERS]
        broker.write_config()
        done = broker.command("check", "--config", broker.config_path)
        assert done.returncode == 2 and "there is no [admin]" in done.stderr, done.stderr
        done = broker.command("check", "--config", broker.config_path, "--admin-token-file", file)
        assert done.returncode == 0, done.stderr

