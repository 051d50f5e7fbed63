"""The log: JSON or text, one record a line, the real ports, and never a password.
PITFALLS 4 operators; BEHAVIOUR 12.A row 24"""
import json
import re

from lib import Broker, Client, connect, ledger, packets as p


def test_json():
    with Broker(log={"level": "debug"}) as broker:
        connect(broker, "quote\"back\\slash\tgrüße").disconnect()
    for line in broker.log_text().splitlines():
        record = json.loads(line)
        assert {"time", "level", "module", "message"} <= set(record), line


def test_text():
    broker = Broker(log={"format": "text"})
    broker.launch()
    broker.wait_line(" ready")
    line = next(line for line in broker.lines if "listening" in line)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info \S+: listening listener=tcp type=tcp "
                    r"address=127\.0\.0\.1:\d+$", line), line
    broker.stop()


def test_no_password():
    with Broker(log={"level": "debug"}, plugins=[ledger(default="allow", auth=[{"username": "u", "allow": True}]),
                                                 {"name": "debug"}]) as broker:
        connect(broker, "x", username="u", password=b"hunter2-good").disconnect()
        client = Client(broker)
        client.send(p.connect("y", username="nobody", password=b"hunter2-bad"))
        client.expect_refused(0x86)
        bad = Client(broker)
        bad.send(p.connect("z", username="u", password=b"hunter2-malformed", flags=0xC3))
        bad.expect_invalid(0x81, 0x82)
    assert "hunter2" not in broker.log_text()
