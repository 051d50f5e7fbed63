"""From one store to another: what `grapnel store export` writes, `import` reads, and a broker goes on with."""
import json

from lib import connect
from toollib import FOREVER, KeptStore, export_of, leave_session

workers = (1,)


def exported(store):
    text = store.tool("export")
    assert text.startswith('{"grapnel-store":2}\n'), text
    return text


def records_of(text):
    """Without the first line and the last."""
    return [json.loads(line) for line in text.splitlines()[1:-1]]


def saved(store, text):
    path = store.folder / "export.jsonl"
    path.write_text(text)
    return path


def test_round_trip():
    """Byte for byte, and the sessions go on where they were."""
    text = exported(KeptStore().fill(kill=True))
    other = KeptStore()
    path = saved(other, text)
    assert other.tool("import", path) == f"imported {len(records_of(text))} records\n"
    assert exported(other) == text
    other.tool("verify")
    state = next(each for each in records_of(text) if each.get("topic") == "state/on")
    assert state["message"]["payload_base64"] == "AP8=", state
    broker = other.broker().start()
    sleeper = connect(broker, "sleeper", clean=False, properties=FOREVER, session=True)
    for number in range(5):
        sleeper.receive(f"news/{number}", b"x" * 300 * (number + 1), qos=1)
    busy = connect(broker, "busy", clean=False, properties=FOREVER, session=True)
    for number in range(5):
        assert busy.expect("PUBLISH", topic=f"news/{number}").dup
    fresh = connect(broker, "fresh")
    fresh.subscribe("state/on")
    assert fresh.expect("PUBLISH", topic="state/on", retain=True).payload == b"\x00\xff"
    broker.stop()


def test_to_a_file():
    store = KeptStore().fill()
    path = store.folder / "saved.jsonl"
    said = store.tool("export", path)
    text = path.read_text()
    assert said == f"exported {len(records_of(text))} records\n", said
    assert text == exported(store)
    assert path.stat().st_mode & 0o777 == 0o600


def test_cut_at_a_line():
    """As by a full disk on the way: it imports as nothing, not in part."""
    lines = exported(KeptStore().fill()).splitlines(keepends=True)
    store = KeptStore()
    for count in (1, len(lines) // 2, len(lines) - 1):
        store.tool("import", saved(store, "".join(lines[:count])), status=1, errors="export.jsonl is cut")
    assert not store.database.exists()
    older = "".join(['{"grapnel-store":1}\n', *lines[1:-1]])
    store.tool("import", saved(store, older), errors="whether it is whole cannot be told")
    assert exported(store) == "".join(lines)


def test_only_into_an_empty_store():
    store = KeptStore().fill()
    path = saved(store, exported(store))
    store.tool("import", path, status=1, errors="the store is not empty")
    before = exported(store)
    store.tool("import", path, "--merge")
    assert exported(store) == before


def test_merge_of_two_brokers():
    """A key that means two messages is seen before anything is written."""
    store = KeptStore().fill()
    text = exported(store)
    lines = text.splitlines()
    number, body = next((number, json.loads(line)) for number, line in enumerate(lines, 1) if '"body"' in line)
    body["message"]["payload"] = "another"
    lines[number - 1] = json.dumps(body, separators=(",", ":"))
    path = saved(store, "\n".join(lines) + "\n")
    store.tool("import", path, "--merge", status=1, errors=f"export.jsonl:{number}: in the store body ")
    assert exported(store) == text


def in_flight(payload):
    """A store whose session `s` has this message, sent under the packet id 1."""
    store = KeptStore()
    broker = store.broker().start()
    client = connect(broker, "s", clean=False, properties=FOREVER)
    client.subscribe("t", qos=1)
    connect(broker, "publisher").publish("t", payload, qos=1)
    assert client.expect("PUBLISH").packet_id == 1
    broker.kill()
    return store


def test_merge_of_one_client_at_two_brokers():
    """The packet id means two messages: the broker would withhold one of them."""
    store = in_flight(b"old")
    before = exported(store)
    records = [record for record in records_of(exported(in_flight(b"new"))) if record["kind"] != "sysinfo"]
    for record in records:
        if record["kind"] == "outbound":
            record["order"] += 1
            record["message_key"] += 1
    store.tool("import", saved(store, export_of(*records)), "--merge", status=1, errors=" has this packet id")
    assert exported(store) == before


def queued(name, payload):
    """A store with this message in the queue of a session, and what it exports of it."""
    store = KeptStore()
    broker = store.broker().start()
    leave_session(broker, name, "t")
    connect(broker, "publisher").publish("t", payload, qos=1)
    broker.stop()
    return store, [record for record in records_of(exported(store)) if record["kind"] != "sysinfo"]


def test_merge_of_messages_within_queues():
    store, ours = queued("alice", b"for alice")
    _, theirs = queued("bob", b"for bob")
    key = next(record["message_key"] for record in ours if record["kind"] == "outbound")
    for record in theirs:
        if record["kind"] == "outbound":
            record["message_key"] = record["message"]["key"] = key
    before = exported(store)
    path = saved(store, export_of(*theirs))
    store.tool("import", path, "--merge", status=1, errors="has another message of this key")
    assert exported(store) == before


def test_merge_of_a_retained_message():
    """It has the key of a message that only one client may see."""
    store, ours = queued("alice", b"for alice")
    other = KeptStore()
    broker = other.broker().start()
    connect(broker, "publisher").publish("state", b"on", qos=1, retain=True)
    broker.stop()
    retained = next(record for record in records_of(exported(other)) if record["kind"] == "retained")
    entry = next(record for record in ours if record["kind"] == "outbound")
    retained["message"]["key"] = entry["message_key"]
    entry["retain"] = True  # as one that was retained when it was sent
    mixed = KeptStore()
    mixed.tool("import", saved(mixed, export_of(*ours)))
    mixed.tool("import", saved(mixed, export_of(retained)), "--merge")
    with mixed.broker() as broker:
        reader = connect(broker, "reader")
        reader.subscribe("state")
        assert reader.expect("PUBLISH", topic="state", retain=True).payload == b"on"


def test_packet_ids_that_no_broker_takes():
    _, records = queued("s", b"x")
    entry = next(record for record in records if record["kind"] == "outbound")
    entry["packet_id"] = 7
    again = {**entry, "order": entry["order"] + 1}
    nought = {"kind": "inbound", "client": "s", "packet_id": 0}
    for fault, said in ((again, "has the packet id of another message to its client"), (nought, "has no packet id")):
        store = KeptStore()
        store.tool("import", saved(store, export_of(*records, fault)), status=1, errors=said)
        store.tool("verify", status=1, errors="1 faults")
        assert said in store.tool("repair")
        store.tool("verify")


def test_faults_name_the_line():
    head = '{"grapnel-store":2}\n'
    inbound = '{"kind":"inbound","client":"a","packet_id":1}\n'
    for text, said in (("", ":1: is no export"), ('{"grapnel-store":3}\n', ":1: is no export"),
                       (head + inbound + "{]\n", ":3: is no JSON at byte 2"), (head + "\n", ":2: is no JSON"),
                       (head + '{"kind":"mail"}\n', ':2: there is no kind "mail"'),
                       (head + inbound.replace("1}", "65536}"), ":2: packet_id is no integer from 0 to 65535"),
                       (head + inbound.replace("1}", '1,"x":2}'), ':2: unknown field "x"'),
                       (head + '{"kind":"retained","topic":"t"}\n', ":2: message is missing")):
        store = KeptStore()
        store.tool("import", saved(store, text), status=1, errors=said)
        assert not store.database.exists(), said
    store = KeptStore()
    store.tool("import", "/no/such/file", status=1, errors="/no/such/file cannot be read")


def test_orphans_are_said():
    store = KeptStore()
    path = saved(store, export_of({"kind": "inbound", "client": "a", "packet_id": 1}))
    store.tool("import", path, status=1, errors='inbound "a", 1 belongs to no client')
    assert 'removed inbound "a", 1, which belongs to no client' in store.tool("repair")
    store.tool("verify")


def test_a_large_message_within_an_entry():
    """A broker never writes one, and an export may have it: it is sent, and again after the next start."""
    large = b"x" * 6000
    store = KeptStore()
    broker = store.broker().start()
    leave_session(broker, "s", "t")
    connect(broker, "publisher").publish("t", large, qos=1)
    broker.stop()
    records = records_of(exported(store))
    body = next(record for record in records if record.get("kind") == "body")
    next(record for record in records if record.get("kind") == "outbound")["message"] = body["message"]
    other = KeptStore()
    other.tool("import", saved(other, export_of(*(record for record in records if record is not body))))
    for _ in range(2):
        broker = other.broker().start()
        client = connect(broker, "s", clean=False, session=True, properties=FOREVER)
        assert client.expect("PUBLISH", topic="t").payload == large
        connect(broker, "last", clean=False, properties=FOREVER)  # its CONNACK waits for a commit
        broker.kill()
        other.tool("verify")
