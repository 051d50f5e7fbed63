"""A proxy that is trusted says who the client is: in either version of the PROXY protocol, in pieces of any size, over
TCP and unix sockets. Rules by address hold for the client."""
import socket
import struct

from lib import Broker, Client, connect, ledger, packets as p, toml

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
ALLOWED, OTHER = "192.0.2.7", "192.0.2.8"
V6_ALLOWED = "2001:db8::7"


def line(address, port=4711):
    family = "TCP6" if ":" in address else "TCP4"
    return f"PROXY {family} {address} {address} {port} 1883\r\n".encode()


def binary(address, port=4711, command=0x21, more=b""):
    if address is None:
        body, family = b"", 0
    elif address == "unix":
        body, family = b"u" * 216, 0x31
    else:
        v6 = ":" in address
        packed = socket.inet_pton(socket.AF_INET6 if v6 else socket.AF_INET, address)
        body, family = packed * 2 + struct.pack("!HH", port, 1883), 0x21 if v6 else 0x11
    return SIGNATURE + struct.pack("!BBH", command, family, len(body + more)) + body + more


RULES = ledger(default="allow", auth=[{"remote": each, "allow": True} for each in (ALLOWED, V6_ALLOWED, "unix")])


def start(required=True, trusted=("127.0.0.0/8", "unix")):
    broker = Broker(plugins=[RULES])
    proxy = {"from": list(trusted), "required": required}
    broker.arguments["listeners"] = [{"id": "tcp", "proxy": proxy},
                                     {"id": "local", "type": "unix", "address": "a.sock", "proxy": proxy}]
    return broker.start()


def comes_in(broker, header, listener="tcp"):
    client = Client(broker, 5, listener)
    client.send(header + p.connect("x"))
    client.expect("CONNACK", reason=0)
    client.ping()
    client.disconnect()


def is_refused_by_rules(broker, header, listener="tcp"):
    """The header is taken, and the ledger does not know that address."""
    client = Client(broker, 5, listener)
    client.send(header + p.connect("x"))
    client.expect_refused(0x86)


def test_addresses():
    broker = start()
    for listener in ("tcp", "local"):
        for make in (line, binary):
            comes_in(broker, make(ALLOWED), listener)
            comes_in(broker, make(V6_ALLOWED), listener)
            is_refused_by_rules(broker, make(OTHER), listener)
        comes_in(broker, binary(ALLOWED, more=b"\x04\x01\x00" + b"x" * 256), listener)
        comes_in(broker, binary("unix"), listener)
    broker.stop()


def test_the_proxy_itself():
    """Its own address stays: on TCP the rules do not know it, a unix socket is known."""
    broker = start()
    for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN 1 2 3\r\n", binary(None, command=0x20),
                   binary(ALLOWED, command=0x20), binary(None)):
        is_refused_by_rules(broker, header)
        comes_in(broker, header, "local")
    broker.stop()


def test_split_at_every_byte():
    broker = start()
    for header in (line(ALLOWED), binary(V6_ALLOWED)):
        whole = header + p.connect("x")
        for cut in range(1, len(header) + 2):
            client = Client(broker, 5, "tcp")
            client.send(whole[:cut])
            client.send(whole[cut:])
            client.expect("CONNACK", reason=0)
            client.close()
    client = Client(broker, 5, "tcp")
    for byte in binary(V6_ALLOWED) + p.connect("slow"):
        client.send(bytes([byte]))
    client.expect("CONNACK", reason=0)
    broker.stop()


def test_not_required():
    """Whoever sends none is who they are."""
    broker = start(required=False)
    comes_in(broker, line(ALLOWED))
    is_refused_by_rules(broker, b"")
    comes_in(broker, b"", "local")
    broker.stop()


def test_many_ids():
    """Sessions live on all workers; the address goes with the connection."""
    broker = start()
    for number in range(16):
        client = Client(broker, 5, "tcp")
        client.send(line(ALLOWED) + p.connect(f"client-{number}"))
        client.expect("CONNACK", reason=0)
    broker.stop()


def test_faults_of_the_configuration():
    broker = Broker()
    broker.folder.joinpath("x.toml").write_text(
        toml({"listener": [{"id": "a", "type": "tcp", "address": "127.0.0.1:0",
                            "proxy": {"from": ["10.0.0.0/40", "me"], "needed": True}}]}))
    done = broker.command("check", "--config", broker.folder / "x.toml")
    assert done.returncode == 2
    faults = [line for line in done.stderr.splitlines() if "x.toml:" in line]
    assert len(faults) == 3, done.stderr
    assert "from 0 to 32" in faults[0] and '"me"' in faults[1] and "needed" in faults[2], faults
