"""sdk/examples/geo-fence.c: members of a shared group get what is of their region."""
from lib import Broker, allow_all, connect


def geo_fence(**config):
    return {"name": "geo-fence", "config": config}


config = dict(plugins=[geo_fence(level=1, separator="-"), allow_all()])


def members(broker, filters, *client_ids):
    clients = [connect(broker, client_id) for client_id in client_ids]
    for client in clients:
        client.subscribe(*filters, qos=1)
    return clients


def test_messages_stay_in_their_region(broker):
    europe, america, euro = members(broker, ["$share/g/orders/#"], "eu-1", "us-1", "euro-1")
    single, = members(broker, ["orders/#"], "single")
    client = connect(broker, "publisher")
    for number in range(8):
        for region, member in (("eu", europe), ("us", america), ("euro", euro)):
            client.publish(f"orders/{region}/{number}", b"x", qos=1)
            member.receive(f"orders/{region}/{number}", b"x", qos=1)
            single.receive(f"orders/{region}/{number}", b"x", qos=1)
    for member in (europe, america, euro):
        member.expect_nothing(after=client)


def test_members_of_a_region_share_its_messages(broker):
    first, second, other = members(broker, ["$share/g/orders/#"], "eu-1", "eu-2", "us-1")
    client = connect(broker, "publisher")
    for number in range(64):
        client.publish("orders/eu", str(number), qos=1)
    client.publish("orders/us", b"end", qos=1)
    other.receive("orders/us", b"end", qos=1)
    for member in (first, second):
        member.subscribe("end")
    client.publish("end", b"")
    counts = []
    for member in (first, second):
        counts.append(0)
        while (packet := member.next_packet()).topic != "end":
            member.acknowledge(packet)
            counts[-1] += 1
    assert sum(counts) == 64 and min(counts) > 0, counts


def test_a_group_without_such_a_member_is_left_as_it_was(broker):
    member, = members(broker, ["$share/far/orders/#"], "us-1")
    near, = members(broker, ["$share/near/orders/#"], "asia-1")
    client = connect(broker, "publisher")
    client.publish("orders/asia/1", b"x", qos=1)
    member.receive("orders/asia/1", b"x", qos=1)
    near.receive("orders/asia/1", b"x", qos=1)


def test_topics_without_a_region_are_not_fenced(broker):
    member, = members(broker, ["$share/g/orders/#"], "us-1")
    client = connect(broker, "publisher")
    for topic in ("orders", "orders/", "orders//eu"):
        client.publish(topic, b"x", qos=1)
        member.receive(topic, b"x", qos=1)


def test_several_groups_are_fenced_each(broker):
    """Two of them, whose members come in turn."""
    one = members(broker, ["$share/one/orders/#"], "eu-1", "us-1", "eu-2")
    two = members(broker, ["$share/two/orders/+"], "us-2", "eu-3", "us-3")
    client = connect(broker, "publisher")
    for _ in range(6):
        client.publish("orders/eu", b"x", qos=1)
        two[1].receive("orders/eu", b"x", qos=1)
    for other in (one[1], two[0], two[2]):
        other.expect_nothing(after=client)


def test_settings_are_needed():
    for settings in ({}, {"level": -1, "separator": "-"}, {"level": 1, "separator": "--"}, {"level": 1}):
        broker = Broker(plugins=[geo_fence(**settings), allow_all()])
        broker.launch()
        assert broker.wait_exit() > 0, settings
        assert "expected level = NUMBER" in broker.log_text(), broker.log_tail()
        broker.process = None
