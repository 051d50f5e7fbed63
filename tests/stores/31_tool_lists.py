"""What `grapnel store` shows of a store: after a broker that was stopped and after one that was killed."""
import re
import struct

from lib import connect
from toollib import KeptStore, export_of

workers = (1,)


def test_sessions():
    for kill in (False, True):
        store = KeptStore().fill(kill)
        shown = {each["client"]: each for each in store.lines("sessions", "--json")}
        assert set(shown) == {"sleeper", "busy", "watched"}, shown
        assert (shown["sleeper"]["subscriptions"], shown["sleeper"]["queued"]) == (2, 5), shown
        assert (shown["busy"]["queued"], shown["busy"]["in_flight"]) == (0, 5), shown
        assert shown["watched"]["will"] == "last/words" and shown["watched"]["session_expiry_s"] == 7200, shown
        assert shown["watched"]["connected"] == kill and not shown["sleeper"]["connected"], shown
        table = store.tool("sessions").splitlines()
        assert len(table) == 4 and table[0].startswith("client "), table
        row = next(line for line in table if line.startswith("sleeper"))
        assert re.search(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ +never +2 +5 +0 +-$", row), row
        row = next(line for line in table if line.startswith("watched"))
        assert " 2h " in row and row.endswith(" last/words") and (" connected " in row) == kill, row


def test_session():
    store = KeptStore().fill()
    text = store.tool("session", "sleeper")
    assert re.search(r"^session expiry +never$", text, re.M), text
    assert re.search(r"^2 +retain handling 0 +7 +\$share/g/work$", text, re.M), text
    assert re.search(r"^\d+ +1 +1\.5 KiB +- +queued +news/4$", text, re.M), text
    text = store.tool("session", "busy")
    assert len(re.findall(r"^\d+ +1 .* sent \d+s ago +news/\d$", text, re.M)) == 5, text
    assert re.search(r"^will +last/words, QoS 1, 4 B, delay 1h$", store.tool("session", "watched"), re.M)
    kinds = [each["kind"] for each in store.lines("session", "sleeper", "--json")]
    assert kinds[:8] == ["client", *["subscription"] * 2, *["outbound"] * 5], kinds
    for client, topic, size in (("sleeper", "news/4", 1500), ("busy", "news/4", 1500), ("watched", "last/words", 4)):
        shown = store.lines("session", client, "--json")
        messages = [each[key] for each in shown for key in ("message", "will") if key in each]
        sizes = {each["topic"]: each["payload_bytes"] for each in messages}
        assert sizes.get(topic) == size, sizes
        assert not any(key in each for each in messages for key in ("payload", "payload_base64")), messages
    store.tool("session", "nobody", status=1, errors='there is no session "nobody"')


def test_queues():
    store = KeptStore().fill()
    assert [each["client"] for each in store.lines("queues", "--json")] == ["sleeper", "busy"]
    assert store.tool("queues", "--limit", "1").splitlines()[1].split() == ["5", "0", "sleeper"]


def test_retained():
    store = KeptStore().fill()
    assert [each["topic"] for each in store.lines("retained", "state/+", "--json")] == ["state/on", "state/soon"]
    table = store.tool("retained").splitlines()
    assert len(table) == 3, table
    assert re.match(r"1 +2 B +\d+s +never +state/on$", table[1]), table
    assert re.match(r"1 +4 B +\d+s +59m \d+s +state/soon$", table[2]), table
    assert store.lines("retained", "other/#", "--json") == []
    store.tool("retained", "a/#/b", status=2, errors="is no topic filter")


def test_nobody_looks_while_a_broker_runs():
    store = KeptStore()
    with store.broker() as broker:
        connect(broker, "a").ping()
        for command in ("sessions", "verify", "repair", "export"):
            store.tool(command, status=1, errors="in use by another process")
    store.tool("verify")


def test_a_store_that_is_not_there():
    store = KeptStore()
    for command in ("sessions", "verify", "repair", "export"):
        store.tool(command, status=1, errors="is not there")
    assert not store.database.exists()


def crc32c(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def test_a_store_of_a_newer_schema():
    """Its number is the first record of the log: checksum, length, type, content."""
    store = KeptStore()
    empty = store.folder / "empty.jsonl"
    empty.write_text(export_of())
    store.tool("import", empty)
    log = max(store.database.glob("*.log"), key=lambda path: path.stat().st_size)
    record = bytearray(log.read_bytes())
    size, = struct.unpack_from("<H", record, 4)
    content = bytes(record[6:7 + size]).replace(b"schema\x011", b"schema\x019")
    crc = crc32c(content)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    log.write_bytes(struct.pack("<IH", masked, size) + content + bytes(record[7 + size:]))
    for words in (["sessions"], ["verify"], ["repair"], ["import", empty]):
        store.tool(*words, status=1, errors="is of schema 9, and this program knows up to 1: start a newer one")


def test_wrong_words():
    store = KeptStore()
    for words, said in ((["sesions"], 'unknown command "sesions"'), (["sessions", "--limit", "1"], "unknown option"),
                        (["session"], "session ID"), (["queues", "--limit", "x"], '"x" is no number'),
                        (["queues", "--limit", "0"], "--limit is 1 or more")):
        store.tool(*words, status=2, errors=said)
