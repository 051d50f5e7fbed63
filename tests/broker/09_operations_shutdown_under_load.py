"""SIGTERM under load: everybody is told, the broker ends with 0 within five seconds, though some clients never read.
BEHAVIOUR 12.A row 18"""
import signal
import threading
import time

from lib import Broker, connect, many, packets as p, scaled


def flood(client):
    data = b"".join(p.publish(f"load/{number % 7}", b"x" * 200, 1, packet_id=number + 1, version=client.version)
                    for number in range(200))
    try:
        while True:
            client.send(data)
            acks = 0
            while acks < 200:
                packet = client.next_packet()
                if packet is None:
                    return
                if packet.type == "DISCONNECT":
                    client.seen = packet
                    return
                acks += packet.type == "PUBACK"
    except (OSError, ValueError):
        return


def test_under_load():
    broker = Broker().start()
    readers = many(broker, "reader", 4)
    deaf = many(broker, "deaf", 4)
    for client in readers + deaf:
        client.subscribe("load/#", qos=0)
    publishers = [connect(broker, f"publisher{number}", version=5) for number in range(4)]
    threads = [threading.Thread(target=flood, args=(client,), daemon=True) for client in publishers]
    for thread in threads:
        thread.start()
    for reader in readers:
        for _ in range(500):
            reader.expect("PUBLISH")
    broker.process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    for reader in readers:
        while (packet := reader.next_packet()) is not None and packet.type == "PUBLISH":
            pass
        assert packet is not None and packet.type == "DISCONNECT" and packet.reason == 0x8B, packet
    for thread in threads:
        thread.join(scaled(10))
        assert not thread.is_alive()
    assert broker.wait_exit() == 0
    assert time.monotonic() - started < scaled(6), "longer than shutdown_timeout"
    broker.stop()
