"""The machine ends: what was not synced is gone from the files. What the setting of sync promises is there."""
import signal
import time

from faultlib import KEEP, Medium, arrived, crash, fresh_subscriber
from lib import connect
from toollib import KeptStore


def publish(broker, first, count):
    client = connect(broker, f"p-{first}")
    payloads = [str(first + number) for number in range(count)]
    for payload in payloads:
        client.publish("t/a", payload.encode(), qos=1)
    client.close()
    return payloads


def check_prefix(found, published):
    assert found == published[:len(found)], (found, published)


def test_sync_commit():
    """All that was acknowledged, over several lives, and with flushes."""
    for store in ({}, {"write_buffer": "64 KiB", "compression": "none"}):
        with Medium(**store) as medium:
            broker = medium.broker().start()
            fresh_subscriber(broker)
            published = []
            for life in range(4):
                published += publish(broker, life * 1000, 100)
                keeper = connect(broker, f"k-{life}")
                keeper.publish(f"r/{life}", b"kept" * 5000, qos=1, retain=True)
                crash(broker)
                medium.lose_unsynced()
                broker = medium.broker().start()
            reader = connect(broker, "reader")
            reader.subscribe("r/+")
            assert {reader.expect("PUBLISH").topic for _ in range(4)} == {f"r/{life}" for life in range(4)}
            assert arrived(broker) == published
            broker.stop()


def test_sync_interval():
    """What is older than the interval is there; of what is younger the oldest."""
    with Medium(sync="interval", sync_interval="200ms") as medium:
        broker = medium.broker().start()
        fresh_subscriber(broker)
        published = publish(broker, 0, 50)
        written = time.monotonic()
        synced = 0
        while time.monotonic() < written + 0.6:
            published += publish(broker, 1000 + synced, 1)
            synced += 1
        published += publish(broker, 100_000, 50)
        crash(broker)
        medium.lose_unsynced()
        with medium.broker() as broker:
            found = arrived(broker)
            check_prefix(found, published)
            assert len(found) >= 51, found


def test_sync_off():
    """It starts, and what is there is what was first."""
    with Medium(sync="off") as medium:
        broker = medium.broker().start()
        fresh_subscriber(broker)
        broker.stop()
        broker = medium.broker().start()
        published = publish(broker, 0, 200)
        crash(broker)
        assert medium.lose_unsynced() > 0
        with medium.broker() as broker:
            found = arrived(broker)
            check_prefix(found, published)
            assert len(found) < len(published), "nothing was lost: this test finds nothing"


def test_sync_off_with_flushes():
    """Kinds of records are flushed at different moments; what is there fits together all the same."""
    with Medium(sync="off", write_buffer="64 KiB", compression="none") as medium:
        broker = medium.broker().start()
        fresh_subscriber(broker)
        connect(broker, "other", clean=False, properties=KEEP).subscribe("t/#", qos=1)
        broker.stop()
        published = []
        broker = medium.broker().start()
        client = connect(broker, "p")
        for number in range(300):
            published.append(f"{number} " + "x" * 3000)
            client.publish("t/a", published[-1].encode(), qos=1)
        crash(broker)
        medium.lose_unsynced()
        with medium.broker() as broker:
            found = arrived(broker)
            check_prefix(found, published)
            assert found, "a flush keeps something"


def test_a_stop_loses_nothing():
    for sync in ("commit", "interval", "off"):
        with Medium(sync=sync) as medium:
            broker = medium.broker().start()
            fresh_subscriber(broker)
            published = publish(broker, 0, 20)
            broker.stop()
            medium.lose_unsynced()
            with medium.broker() as broker:
                assert arrived(broker) == published


def test_the_folders_of_a_new_database():
    """What is in a file is lost with the name of the folder that it lies in."""
    with Medium() as medium:
        medium.watched = medium.folder
        medium.database = medium.folder / "new" / "rocksdb"
        medium.broker().start().stop()
        for folder in (medium.folder, medium.folder / "new", medium.database):
            assert medium.syncs(folder) > 0, folder


def test_the_folder_of_a_repaired_database():
    """Each of its steps is on the medium before the next one is done."""
    store = KeptStore().fill()
    max(store.database.glob("*.sst"), default=max(store.database.glob("*.log"))).write_bytes(b"damaged" * 9000)
    with Medium() as medium:
        medium.watched = store.folder
        done = store.run("repair", environment={**medium.environment(), "GRAPNEL_FAILPOINT": "repair-moved"})
        assert done.returncode == -signal.SIGKILL, (done.stdout, done.stderr)
        assert medium.syncs(store.database.parent) == 3  # the copy is made, and complete; the old one is away
        assert store.run("repair", environment=medium.environment()).returncode == 0
        assert medium.syncs(store.database.parent) == 4
