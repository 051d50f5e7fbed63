"""Damaged stores: `grapnel store verify` finds it, `repair` leaves a store that a broker starts with."""
import re
import signal

from lib import connect
from toollib import FOREVER, KeptStore, export_of

workers = (1,)


def flip(path, at, count=1):
    content = bytearray(path.read_bytes())
    for place in range(at, min(at + count, len(content))):
        content[place] ^= 0xFF
    path.write_bytes(bytes(content))


LOSSES = 3  # the exit status of a repair that found files which it could not read whole
KEPT = "repaired without what only damaged files had"


def repair_with_losses(store, *said):
    """What the repair prints; it names what is damaged."""
    text = store.tool("repair", status=LOSSES, errors=KEPT)
    assert f"the damaged database is kept as {store.database}.damaged-1" in text, text
    for each in said:
        assert re.search(f"^damaged {each}", text, re.M), text
    return text


def check_serves(store):
    """A broker starts with what is left."""
    assert "removed 0 of" in store.tool("repair")
    store.tool("verify")
    broker = store.broker().start()
    connect(broker, "new").ping()
    broker.stop()


def test_whole():
    for kill in (False, True):
        store = KeptStore().fill(kill)
        text = store.tool("verify")
        assert re.search(r"^client +3 +0$", text, re.M) and re.search(r"^retained +2 +0$", text, re.M), text
        assert "removed 0 of" in store.tool("repair")


def many(store):
    """Enough retained messages for some blocks of a table."""
    with store.broker() as broker:
        publisher = connect(broker, "publisher", properties=FOREVER, clean=False)
        for number in range(400):
            publisher.publish(f"many/{number:04}", bytes(range(256)) * 4, qos=1, retain=True)
    store.tool("repair")  # opens it, so that the log becomes a table
    return store


def test_a_damaged_block():
    """What is before and behind it survives, and the damaged database is kept."""
    store = many(KeptStore(compression="none"))
    table = max(store.database.glob("*.sst"), key=lambda path: path.stat().st_size)
    flip(table, table.stat().st_size // 2, 16)
    text = store.tool("verify", status=1, errors="grapnel store repair")
    assert re.search(r"^reading records of kind retained ends early: .*checksum", text, re.M), text
    store.tool("retained", status=1, errors="ends early")
    repair_with_losses(store, rf"{table.name}: up to \d+ of its 400 records cannot be read")
    left = len(store.lines("retained", "many/#", "--json"))
    assert 390 < left < 400, left
    assert [each["client"] for each in store.lines("sessions", "--json")] == ["publisher"]
    check_serves(store)


def test_killed_before_the_last_step():
    """The damaged database is away and the copy not in its place: no broker begins with an empty one."""
    store = many(KeptStore(compression="none"))
    table = max(store.database.glob("*.sst"), key=lambda path: path.stat().st_size)
    flip(table, table.stat().st_size // 2, 16)
    assert store.run("repair", environment={"GRAPNEL_FAILPOINT": "repair-moved"}).returncode == -signal.SIGKILL
    assert not store.database.exists()
    broker = store.broker()
    broker.launch()
    try:
        assert broker.wait_exit() != 0 and "`grapnel store repair` does that" in broker.log_text(), broker.log_text()
    finally:
        broker.kill()
        broker.process = None
    assert not store.database.exists()
    store.tool("sessions", status=1, errors="a repair was ended before it had put")
    assert "put what an earlier repair had copied in its place" in store.tool("repair")
    assert 300 < len(store.lines("retained", "many/#", "--json")) < 400
    check_serves(store)


def test_a_copy_without_its_database():
    """As of a repair that was killed while it copied, where somebody then removed the database."""
    store = KeptStore().fill()
    store.database.rename(f"{store.database}.repairing")
    for words in (["sessions"], ["repair"], ["import", saved_empty(store)]):
        store.tool(*words, status=1, errors="which a repair left")
    assert not store.database.exists()


def saved_empty(store):
    path = store.folder / "empty.jsonl"
    path.write_text(export_of())
    return path


def test_a_damaged_end_of_a_table():
    """Its index is there: the file gives nothing, the other files give theirs."""
    store = many(KeptStore())
    table = max(store.database.glob("*.sst"), key=lambda path: path.stat().st_size)
    flip(table, table.stat().st_size - 40, 40)
    store.tool("verify", status=1, errors="grapnel")
    repair_with_losses(store, table.name)
    check_serves(store)


def test_a_damaged_log():
    """All batches but those of the damaged place survive."""
    store = KeptStore()
    broker = store.broker().start()
    publisher = connect(broker, "publisher", properties=FOREVER, clean=False)
    for number in range(100):
        publisher.publish(f"many/{number}", bytes(range(256)) * 8, qos=1, retain=True)
    broker.kill()
    log = max(store.database.glob("*.log"), key=lambda path: path.stat().st_size)
    flip(log, log.stat().st_size // 2)
    store.tool("verify", status=1, errors="damaged")
    repair_with_losses(store, rf"{log.name}: \d+ of its \d+ bytes cannot be read")
    assert 50 < len(store.lines("retained", "many/#", "--json")) < 100
    check_serves(store)


def test_lost_files():
    """CURRENT can be told from what is there; whether a table is missing, only a manifest tells."""
    for name, status in (("CURRENT", 0), ("MANIFEST-*", LOSSES)):
        store = KeptStore().fill()
        for path in store.database.glob(name):
            path.unlink()
        store.tool("verify", status=1, errors="damaged")
        text = store.tool("repair", status=status, errors=KEPT if status else "")
        assert f"is kept as {store.database}.damaged-1" in text, (name, text)
        assert {each["client"] for each in store.lines("sessions", "--json")} == {"sleeper", "busy", "watched"}
        assert len(store.lines("retained", "--json")) == 2
        assert [each["queued"] for each in store.lines("queues", "--json")] == [5, 0]
        check_serves(store)


def test_a_killed_broker_with_tables_and_logs_that_overlap():
    """The logs still have what is in tables: without a manifest RocksDB takes that for damage."""
    for name in ("CURRENT", "MANIFEST-*", "*.sst"):
        store = KeptStore(write_buffer="256 KiB", compression="none")
        broker = store.broker().start()
        connect(broker, "sleeper", clean=False, properties=FOREVER).subscribe("queue/#", qos=1)
        publisher = connect(broker, "publisher")
        for number in range(300):
            publisher.publish(f"queue/{number:03}", bytes(range(256)) * 8, qos=1)
            publisher.publish(f"many/{number:03}", bytes(range(256)) * 8, qos=1, retain=True)
        broker.kill()
        assert list(store.database.glob("*.sst")) and len(list(store.database.glob("*.log"))) > 1
        whole = store.tool("export")
        # The newest table may be one that the kill cut short, and that nothing needs: all of them go.
        for path in store.database.glob(name):
            path.unlink()
        store.tool("repair", status=0 if name == "CURRENT" else LOSSES, errors=KEPT if name != "CURRENT" else "")
        if name != "*.sst":
            assert store.tool("export") == whole, name
        check_serves(store)


def test_a_repair_that_fails_leaves_all_as_it_was():
    store = KeptStore().fill()
    for path in store.database.glob("MANIFEST-*"):
        path.unlink()
    before = sorted(path.name for path in store.database.iterdir())
    obstacle = store.database.with_name("rocksdb.repairing")
    obstacle.write_text("no folder")
    store.tool("repair", status=1, errors="rocksdb.repairing")
    assert sorted(path.name for path in store.database.iterdir()) == before
    store.tool("verify", status=1, errors="grapnel store repair")
    obstacle.unlink()
    store.tool("repair", status=LOSSES, errors=KEPT)
    check_serves(store)


def test_who_looks_changes_nothing():
    """What a command makes is its owner's alone, whatever the umask is."""
    store = KeptStore().fill(kill=True)

    def files():
        return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in store.database.iterdir()}

    before = files()
    for words in (["verify"], ["sessions"], ["session", "sleeper"], ["queues"], ["retained"], ["export"]):
        store.tool(*words)
        assert files() == before, words
    store.tool("repair")
    assert {path.stat().st_mode & 0o077 for path in store.database.iterdir()} == {0}
