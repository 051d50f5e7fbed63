"""What fails behind the broker's back, when RocksDB moves what it has from one file to another, fails a later commit
at most, and is over when the medium is well again."""
from faultlib import Medium, arrived, crash, fresh_subscriber
from lib import connect, packets as p

SMALL = {"write_buffer": "64 KiB", "compression": "none"}
PAYLOAD = "x" * 4000
MOST = 400


class Flood:
    """Publishes until told to stop; knows what was acknowledged."""

    def __init__(self, broker):
        self.broker = broker
        self.promised = []
        self._next = 0

    def publish(self, count):
        """Publishes so many; False at the first that was not acknowledged."""
        client = connect(self.broker, f"p-{self._next}")
        try:
            for _ in range(count):
                payload = f"{self._next} {PAYLOAD}"
                self._next += 1
                client.send(p.publish("t/a", payload.encode(), 1, packet_id=1))
                answer = client.next_packet()
                if answer.type != "PUBACK" or answer.reason >= 0x80:
                    return False
                self.promised.append(payload)
            return True
        finally:
            client.close()


def go_through(fault):
    with Medium(**SMALL) as medium:
        broker = medium.broker().start()
        fresh_subscriber(broker)
        flood = Flood(broker)
        assert flood.publish(40)
        medium.fail(fault)
        assert not flood.publish(MOST), "the fault was not met"
        medium.fail("none")
        broker.wait_record("store commits again", deadline_s=10)
        assert flood.publish(60), broker.log_tail()
        crash(broker)
        with medium.broker() as broker:
            found = arrived(broker)
            kept = set(flood.promised)
            assert [each for each in found if each in kept] == flood.promised, \
                f"{len(found)} of {len(flood.promised)} came: {[each[:9] for each in found]}"


def test_a_table_that_is_not_written():
    go_through("EIO write .sst")


def test_a_table_that_is_not_synced():
    go_through("EIO sync .sst")


def test_no_space_for_tables():
    go_through("ENOSPC write .sst")


def test_one_table_that_is_not_written():
    go_through("EIO write .sst 1")


def test_files_that_are_not_listed():
    go_through("EIO any MANIFEST")


def test_a_log_that_is_not_begun():
    """The first log that is full is followed by none."""
    go_through("ENOSPC any .log")
