"""Out of file descriptors the broker accepts nobody, keeps those it has, says so once, and accepts again as soon as
there are some."""
import os
import resource
import select

from lib import Broker, Client, connect, packets as p

OTHERS = 40  # clients that come while there is room for a few


def open_descriptors(broker):
    return len(os.listdir(f"/proc/{broker.process.pid}/fd"))


def limit(broker, most):
    resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE, (most, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def test_exhaustion():
    with Broker() as broker:
        watcher = connect(broker, "watcher")
        watcher.subscribe("$SYS/broker/connections/out_of_descriptors")
        # What is done for the first time may need a descriptor, as a sanitizer does to look at an object.
        watcher.publish("still/served", b"x", qos=1)
        for number in range(8):
            connect(broker, f"early-{number}").disconnect()
        highest = max(map(int, os.listdir(f"/proc/{broker.process.pid}/fd")))
        limit(broker, highest + 6)
        crowd = [Client(broker, 5) for _ in range(OTHERS)]
        for number, client in enumerate(crowd):
            client.send(p.connect(f"crowd-{number}"))
        broker.wait_record("no more file descriptors: accepting rests")
        while int(watcher.expect("PUBLISH").payload) == 0:
            pass
        watcher.publish("still/served", b"x", qos=1)
        waiting = set(crowd)
        while waiting:
            answered, _, _ = select.select([each.socket for each in waiting], [], [], 20)
            assert answered, f"{len(waiting)} were never accepted"
            for client in [each for each in waiting if each.socket in answered]:
                client.expect("CONNACK", reason=0)
                client.close()  # makes room for the next one
                waiting.discard(client)
        told = [each for each in broker.records if each.get("message") == "no more file descriptors: accepting rests"]
        assert len(told) == 1, told
        connect(broker, "after").ping()
