"""What strangers wrote and a person sees."""

import json
import subprocess

from ctllib import WAIT_S, command, ctl, environment, fails, on_terminal
from fake_admin import PLUGIN, FakeAdmin, client, event
from run import equal

# An id that does everything to a terminal: colours, title, the eight-bit CSI, direction of writing, a line of its own.
EVIL = "a\x1b[31m\x1b]0;t\x07\u009b2J\u202eb\nfake  row\x7f"
SHOWN = "a\\x1b[31m\\x1b]0;t\\x07\\x9b2J\\u{202e}b\\nfake  row\\x7f"


def test_a_terminal_is_safe():
    """Not one control character of what strangers wrote reaches the output of a person, on a terminal or not."""
    with FakeAdmin() as admin:
        admin.ends_streams.set()
        admin.clients = [client(EVIL, username=EVIL, address=EVIL)]
        admin.subscriptions = [{"filter": EVIL, "subscribers": 1, "shared_group": EVIL}]
        admin.retained = {EVIL: EVIL.encode()}
        admin.plugins = [{**PLUGIN, "id": EVIL, "failure": EVIL}]
        admin.bans = [{"address": EVIL, "until_ms": 1, "failures": 1}]
        admin.log_level = EVIL
        admin.events = [event("log", {"time_ms": 1, "level": EVIL, "module": EVIL, "text": EVIL})]
        admin.packets = [event("packet", {"time_ms": 1, "direction": "in", "packet": EVIL, "size_bytes": 1,
                                          "text": EVIL})]
        for arguments in (["clients"], ["client", EVIL], ["subscriptions"], ["retained"], ["retained", "get", EVIL],
                          ["plugins"], ["bans"], ["log-level"], ["status"], ["log"], ["trace", EVIL], ["reload"]):
            for output in (ctl(admin, *arguments)[1], on_terminal(admin, *arguments, TERM="dumb")):
                harmless(output, arguments)
                assert SHOWN in output or "a\\x1b[31m\\x1b]0;t" in output, (arguments, output)
        assert SHOWN in ctl(admin, "clients")[1]
        admin.get_status = lambda handler, *_: handler.answer(500, {"error": EVIL})
        assert SHOWN in fails(admin, "status")


def test_a_terminal_gets_no_bytes_as_they_are():
    with FakeAdmin() as admin:
        assert "into a file or a pipe, not a terminal" in on_terminal(admin, "retained", "get", "bin", "--payload")
        equal(admin.calls, [])


def harmless(text, what):
    bad = [character for character in text if character != "\n" and (
        ord(character) < 32 or 127 <= ord(character) < 160 or character in "\u202e\u2066\u200b")]
    assert not bad, (what, bad, text)


def test_json_on_a_terminal_is_safe_and_the_same():
    with FakeAdmin() as admin:
        admin.clients = [client(EVIL)]
        for arguments in (["clients", "--json"], ["client", EVIL, "--json"]):
            shown = on_terminal(admin, *arguments)
            harmless(shown, arguments)
            found = json.loads(shown)
            equal((found["clients"][0] if "clients" in found else found)["id"], EVIL)


def test_colour_is_for_terminals():
    bold = "\x1b[1m"
    with FakeAdmin() as admin:
        assert on_terminal(admin, "clients", TERM="xterm").startswith(bold)
        for variables in ({"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}):
            assert bold not in on_terminal(admin, "clients", **variables)
        assert bold not in ctl(admin, "clients", TERM="xterm")[1]


def test_long_cells_are_cut_on_terminals():
    with FakeAdmin() as admin:
        admin.clients = [client("x" * 300)]
        assert "x" * 63 + "…" in on_terminal(admin, "clients", TERM="dumb")
        assert "x" * 300 in ctl(admin, "clients")[1]


def test_output_that_cannot_be_written():
    with FakeAdmin() as admin, open("/dev/full", "wb") as full:
        done = subprocess.run(command("status"), stdout=full, stderr=subprocess.PIPE, timeout=WAIT_S,
                              env=environment(GRAPNEL_URL=admin.url))
        equal(done.returncode, 1)
        assert b"standard output cannot be written: No space" in done.stderr, done.stderr
