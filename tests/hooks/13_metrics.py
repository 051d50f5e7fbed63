"""What plugins count is in $SYS, below their id."""
from hooklib import plugin
from lib import Broker, allow_all, connect, ledger

OFTEN = {"sys_interval": "100ms"}


def test_in_sys():
    both = [plugin("counts"), plugin("counts", _id="second", also="no such/name")]
    with Broker(plugins=[*both, allow_all()], broker=OFTEN) as broker:
        client = connect(broker, "a")
        for size, qos in ((5, 0), (50, 1), (500, 1), (10, 2)):
            client.publish("t", b"x" * size, qos=qos)
        for name in ("counts", "second"):
            below = f"plugins/{name}"
            broker.wait_sys(f"{below}/publishes_total/qos=2", lambda value: value == 1)
            assert broker.sys(f"{below}/publishes_total/qos=0") == "1"
            assert broker.sys(f"{below}/publishes_total/qos=1") == "2"
            assert broker.sys(f"{below}/payload_bytes_count") == "4"
            assert broker.sys(f"{below}/payload_bytes_sum") == "565"
            assert broker.sys(f"{below}/last_payload_bytes") == "10"
        record = broker.wait_record("metric refused", module="plugin/second")
        assert record["name"] == "no such/name", record
        # They are the broker's own, like all of $SYS.
        assert broker.sys("retained") == "0"


def test_ledger():
    rules = ledger(default="allow", auth=[{"username": "good", "allow": True}],
                   acl=[{"filters": [{"filter": "secret", "access": "deny"}]}])
    with Broker(plugins=[rules], broker=OFTEN) as broker:
        client = connect(broker, "a", username="good")
        client.publish("secret", b"x", qos=1, expect=0x87)
        refused = connect(broker, "b", username="bad", expect=0x86)
        refused.expect_closed()

        # wait_sys() and sys() have no name to log in with.
        def wait_value(topic, wanted):
            client.subscribe(f"$SYS/broker/plugins/auth-ledger/{topic}")
            while client.expect("PUBLISH").payload != wanted:
                continue
            client.unsubscribe(f"$SYS/broker/plugins/auth-ledger/{topic}")

        wait_value("logins_total/result=accepted", b"1")
        wait_value("logins_total/result=refused", b"1")
        wait_value("access_checks_total/result=refused", b"1")
        wait_value("logins_waiting", b"0")
