"""Binary frames carry a stream: packets are split and joined over them at will, control frames come between.
[MQTT-6.0.0-1] [MQTT-6.0.0-2]"""

from lib import connect, packets as p
from lib import websocket as ws

config = dict(listeners=[{"id": "tcp"}, {"id": "ws", "type": "ws", "maximum_frame": "64 KiB"}])


def test_byte_by_byte(broker):
    client = ws.WebSocketClient(broker)
    for byte in p.connect("bytes"):
        client.socket.sendall(bytes([byte]))
    client.expect("CONNACK", reason=0)
    client.ping()


def test_packets_in_one_frame(broker):
    client = ws.WebSocketClient(broker)
    packets = [p.connect("joined"), p.subscribe(1, [("a", 0)])] + [p.publish("a", f"{i}") for i in range(50)]
    client.socket.sendall(b"".join(packets))
    client.expect("CONNACK", reason=0)
    client.expect("SUBACK", packet_id=1)
    for number in range(50):
        client.receive("a", f"{number}".encode())


def test_fragmented_message(broker):
    client = ws.WebSocketClient(broker)
    wire = p.connect("fragments") + p.pingreq()
    raw = client.socket.socket
    raw.sendall(ws.frame(wire[:3], final=False) + ws.frame(b"hi", ws.PING) +
                ws.frame(wire[3:9], ws.CONTINUATION, final=False) + ws.frame(b"", ws.CONTINUATION, final=False) +
                ws.frame(wire[9:], ws.CONTINUATION))
    client.expect("CONNACK", reason=0)
    client.expect("PINGRESP")
    assert client.socket.pongs == [b"hi"], client.socket.pongs


def test_empty_frames(broker):
    client = ws.connect(broker, "empty")
    client.socket.socket.sendall(ws.frame(b"") * 10 + ws.frame(p.pingreq()))
    client.expect("PINGRESP")


def test_ping_and_unasked_pong(broker):
    client = ws.connect(broker, "ping")
    client.socket.socket.sendall(ws.frame(b"x" * 125, ws.PING) + ws.frame(b"unasked", ws.PONG))
    client.ping()
    assert client.socket.pongs == [b"x" * 125]


def test_large_messages_both_ways(broker):
    client = ws.connect(broker, "large")
    other = connect(broker, "other")
    for each in (client, other):
        each.subscribe("large/#", qos=1)
    payload = bytes(range(256)) * 3000
    other.publish("large/down", payload, qos=1)
    for each in (client, other):
        each.receive("large/down", payload, qos=1)
    wire = p.publish("large/up", payload, 1, packet_id=7)
    for at in range(0, len(wire), 50_000):
        client.send(wire[at:at + 50_000])
    client.answer("PUBACK", 7)
    for each in (client, other):
        each.receive("large/up", payload, qos=1)


def test_text_frame(broker):
    client = ws.connect(broker, "text")
    client.socket.socket.sendall(ws.frame(p.pingreq(), ws.TEXT))
    client.expect_close_code(1003)


def test_frame_above_the_limit(broker):
    client = ws.connect(broker, "too big")
    client.socket.socket.sendall(ws.frame(b"\xc0\x00" * 10, length=65_537))
    client.expect_close_code(1009)
    client = ws.connect(broker, "just fits")
    client.send(p.pingreq() * 32_768)
    for _ in range(32_768):
        client.expect("PINGRESP")


def test_the_client_closes(broker):
    watcher = connect(broker, "watcher")
    watcher.subscribe("will", qos=0)
    client = ws.connect(broker, "closes", will=p.will("will", b"gone"))
    client.socket.socket.sendall(ws.frame((1000).to_bytes(2, "big"), ws.CLOSE))
    client.expect_close_code(1000)
    watcher.receive("will", b"gone")


def test_disconnect_closes_normally(broker):
    client = ws.connect(broker, "leaves")
    client.send(p.disconnect())
    client.expect_close_code(1000)


def test_a_fault_of_mqtt_is_told_in_mqtt(broker):
    client = ws.connect(broker, "fault")
    client.send(p.raw(0x30, b"\x00", remaining=1))
    client.expect_disconnect(0x81)
    assert client.socket.close_code == 1000, client.socket.close_code
