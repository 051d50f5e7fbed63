"""Passwords are checked off the loop: while many logins wait, other clients are served.
PITFALLS 4 one blocking thing"""
from lib import Client, connect, hashed, ledger, packets as p

config = dict(plugins=[{**ledger(default="allow", users={"u": {"password": hashed("right")}},
                                 auth=[{"username": "fast", "allow": True}]), "defer_timeout": "60s"}])
LOGINS = 24


def test_storm(broker):
    """Pings of a connected client and new logins without password come through before the storm is over."""
    served = connect(broker, "served", username="fast")
    storm = []
    for number in range(LOGINS):
        client = Client(broker, 4 + number % 2)
        client.name = f"storm{number}"
        client.send(p.connect(client.name, version=client.version, username="u",
                              password=b"right" if number % 3 else b"wrong") + p.pingreq())
        storm.append(client)
    storm[-1].socket.setblocking(False)
    rounds = 0
    while rounds < 10_000:
        try:
            storm[-1].socket.recv(1, 2)
            break
        except BlockingIOError:
            served.ping()
            rounds += 1
    assert rounds >= 20, f"only {rounds} round trips while {LOGINS} passwords were checked"
    for number, client in enumerate(storm):
        reason = 0 if number % 3 else 0x86 if client.version == 5 else 4
        # It waits for the passwords of all before it.
        client.expect("CONNACK", reason=reason, session_present=False, deadline_s=60)
        if reason == 0:
            client.expect("PINGRESP")
        else:
            client.expect_closed()


def test_client_that_leaves_while_it_waits(broker):
    for number in range(16):
        client = Client(broker)
        client.send(p.connect(f"leaver{number}", username="u", password=b"right"))
        client.reset() if number % 2 else client.close()
    client = Client(broker)
    client.send(p.connect("x", username="u", password=b"right"))
    client.expect("CONNACK", reason=0, deadline_s=60)  # behind the passwords of all who left
    client.ping()
