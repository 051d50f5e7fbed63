"""A database whose files are cut or changed: the broker refuses to start, and says what is wrong where, or starts with
all that a cut tail leaves. It never crashes."""
import random
import shutil

from faultlib import Medium, arrived, crash, fresh_subscriber
from lib import connect

SMALL = {"write_buffer": "64 KiB", "compression": "none"}
COUNT = 60
workers = (1,)


def filled(medium):
    """A database with tables and a log; returns what is in it."""
    broker = medium.broker().start()
    fresh_subscriber(broker)
    published = []
    client = connect(broker, "p")
    for number in range(COUNT):
        published.append(f"{number} " + "x" * 3000)
        client.publish("t/a", published[-1].encode(), qos=1)
    crash(broker)
    return published


def in_tables(medium):
    """filled(), and no table is left that is not of the database: what a flush that was killed leaves is removed by
    the next start."""
    filled(medium)
    medium.broker().start().stop()


def start(medium):
    """A broker that is ready, or its log after it ended by itself with a fault."""
    broker = medium.broker()
    broker.launch()
    try:
        broker.wait_record("ready")
    except AssertionError:
        code = broker.wait_exit()
        assert 0 < code < 128, f"ended with {code}:\n{broker.log_tail()}"
        text = broker.log_text()
        crash(broker)
        return None, text
    for record in broker.records:
        if record.get("message") == "listening":
            broker.port = int(record["address"].rsplit(":", 1)[1])
    return broker, ""


def newest(medium, pattern):
    return max(medium.database.glob(pattern), key=lambda path: (path.stat().st_size > 0, path.name))


def check_refused(medium, *words):
    broker, text = start(medium)
    if broker:
        broker.stop()
        raise AssertionError("it started")
    errors = [line for line in text.splitlines() if '"level":"error"' in line]
    assert any(all(word in line for word in (str(medium.database), *words)) for line in errors), text


def damage(path, at, change):
    content = bytearray(path.read_bytes())
    at = at % len(content)
    content[at] ^= change
    path.write_bytes(content)


def test_a_log_that_ends_early():
    """Only the tail is missing: what comes before is there."""
    with Medium(**SMALL) as medium:
        published = filled(medium)
        log = newest(medium, "*.log")
        content = log.read_bytes()
        log.write_bytes(content[:-len(content) // 3])
        broker, text = start(medium)
        assert broker, text
        found = arrived(broker)
        assert found == published[:len(found)], found
        broker.stop()


def test_a_log_that_is_damaged_in_the_middle():
    with Medium() as medium:
        filled(medium)
        log = newest(medium, "*.log")
        damage(log, log.stat().st_size // 3, 0x5a)
        check_refused(medium, "damaged", "repair")


def test_a_table_that_is_damaged():
    """Found at the latest when the records are read."""
    with Medium(**SMALL) as medium:
        in_tables(medium)
        for table in medium.database.glob("*.sst"):
            damage(table, table.stat().st_size // 3, 0x5a)
        check_refused(medium, ".sst", "grapnel store repair")


def test_a_table_that_is_missing():
    with Medium(**SMALL) as medium:
        in_tables(medium)
        table = newest(medium, "*.sst")
        table.unlink()
        check_refused(medium, table.stem)


def test_a_table_that_is_empty():
    with Medium(**SMALL) as medium:
        in_tables(medium)
        table = newest(medium, "*.sst")
        table.write_bytes(b"")
        check_refused(medium, table.name)


def test_a_manifest_that_is_cut_or_gone():
    for change in (lambda path: path.write_bytes(path.read_bytes()[:20]), lambda path: path.write_bytes(b""),
                   lambda path: path.unlink()):
        with Medium(**SMALL) as medium:
            filled(medium)
            change(newest(medium, "MANIFEST-*"))
            check_refused(medium)


def test_a_current_that_is_gone():
    """Nothing is taken for a new database: its files stay as they are."""
    with Medium(**SMALL) as medium:
        in_tables(medium)
        (medium.database / "CURRENT").unlink()
        before = {path.name for path in medium.database.glob("*.sst")}
        for _ in range(2):
            check_refused(medium, "CURRENT is missing", "repair")
        assert {path.name for path in medium.database.glob("*.sst")} == before


def test_a_folder_of_something_else():
    with Medium(**SMALL) as medium:
        medium.database.mkdir(parents=True)
        (medium.database / "thesis.txt").write_text("all there is of it")
        check_refused(medium, "thesis.txt")


def test_a_current_that_is_nonsense():
    for text in ("", "nonsense", "MANIFEST-999999\n"):
        with Medium(**SMALL) as medium:
            filled(medium)
            (medium.database / "CURRENT").write_text(text)
            check_refused(medium)


def test_anything_anywhere():
    """Whatever byte of whatever file is changed: it starts, or says why not."""
    generator = random.Random(20)
    with Medium(**SMALL) as medium:
        filled(medium)
        kept = medium.folder / "kept"
        shutil.copytree(medium.database, kept)
        files = sorted(path.name for path in kept.iterdir() if path.stat().st_size)
        for _ in range(40):
            shutil.rmtree(medium.database)
            shutil.copytree(kept, medium.database)
            path = medium.database / generator.choice(files)
            if generator.random() < 0.3:
                path.write_bytes(path.read_bytes()[:generator.randrange(path.stat().st_size)])
            else:
                damage(path, generator.randrange(path.stat().st_size), generator.randrange(1, 256))
            broker, text = start(medium)
            if broker:
                broker.stop()
            else:
                assert str(medium.database) in text, text
