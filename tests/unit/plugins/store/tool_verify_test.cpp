// `verify` and `repair`.

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "plugins/store/tool_place.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

struct Case {
    Kind kind;
    std::string key;
    std::string value;
    std::string_view said;
};

std::string with_topic(std::string_view topic) {
    MessageRecord record = full_message();
    record.topic = topic;
    return encoded(record);
}

std::vector<Case> faulty_records() {
    const std::string whole = encoded(full_client());
    ClientRecord old;
    old.protocol = 2;
    SubscriptionRecord eager;
    eager.qos = 3;
    OutboundRecord strange = queued(9);
    strange.type = 4;
    OutboundRecord twice = release_outbound();
    twice.sent_ms = 1;
    MessageRecord from_nowhere = full_message();
    const std::string long_id(65'536, 'x');
    from_nowhere.origin = long_id;
    const std::string foreign = encoded(from_nowhere);
    OutboundRecord strayed = queued(77);
    strayed.body = foreign;
    std::string broken = encoded(full_subscription());
    broken.back() = static_cast<char>(broken.back() ^ 1);
    return {
        {Kind::client, "cut", whole.substr(0, 20), "client \"cut\" is truncated"},
        {Kind::client, "", whole, "client has an id that is none"},
        {Kind::client, "old", encoded(old), "client \"old\" has an unknown protocol version"},
        {Kind::subscription, "\xff", encoded(eager), "subscription \"\\xff\" has a damaged key"},
        {Kind::subscription, owned_key("sensor-7", "a"), broken,
         "subscription \"sensor-7\", \"a\" is damaged (checksum)"},
        {Kind::subscription, owned_key("sensor-7", "a"), encoded(eager),
         "subscription \"sensor-7\", \"a\" has a QoS above 2"},
        {Kind::subscription, owned_key("sensor-7", "a/#/b"), encoded(SubscriptionRecord{}),
         "has a filter that is none"},
        {Kind::subscription, owned_key("gone", "a"), encoded(full_subscription()),
         "subscription \"gone\", \"a\" belongs to no client"},
        {Kind::outbound, outbound_key("gone", 5), encoded(queued(9)),
         "outbound \"gone\", 5 belongs to no client"},
        {Kind::outbound, outbound_key("sensor-7", 5), encoded(queued(8)),
         "outbound \"sensor-7\", 5 lacks its message"},
        {Kind::outbound, outbound_key("sensor-7", 5), encoded(strange),
         "outbound \"sensor-7\", 5 is of an unknown packet type"},
        {Kind::outbound, owned_key("sensor-7", "x"), encoded(queued(9)), "has a damaged key"},
        {Kind::outbound, outbound_key("sensor-7", 5), encoded(twice),
         "outbound \"sensor-7\", 5 has the packet id of another message to its client"},
        {Kind::outbound, outbound_key("sensor-7", 5), encoded(strayed),
         "outbound \"sensor-7\", 5 has a message that has an origin that is too long"},
        {Kind::inbound, inbound_key("sensor-7", 0), encoded_inbound(),
         "inbound \"sensor-7\", 0 has no packet id"},
        {Kind::inbound, inbound_key("gone", 5), encoded_inbound(),
         "inbound \"gone\", 5 belongs to no client"},
        {Kind::inbound, inbound_key("sensor-7", 5), "", "inbound \"sensor-7\", 5 is truncated"},
        {Kind::body, number_key(3), encoded(full_message()),
         "body 3 is a message that nobody waits for"},
        {Kind::body, "short", encoded(full_message()), "has a damaged key"},
        {Kind::retained, "other", encoded(full_message()),
         "retained \"other\" holds a message of another topic"},
        {Kind::retained, "a/#", with_topic("a/#"), "retained \"a/#\" has a topic that is none"},
        {Kind::sysinfo, "", "\1x", "sysinfo is truncated"},
    };
}

}  // namespace

TEST_CASE("a whole store has no fault") {
    MemoryPlace place;
    fill(place.backend);
    CHECK(place.run({"verify"}) == 0);
    CHECK(place.errors.empty());
    CHECK(place.printed("client        3             0\n"));
    CHECK(place.printed("outbound      4             0\n"));
    CHECK(place.run({"verify"}) == 0);
    CHECK_FALSE(place.created);
}

TEST_CASE("each fault is named, and removed alone") {
    for (const Case& each : faulty_records()) {
        CAPTURE(each.said);
        MemoryPlace place;
        fill(place.backend);
        const Tables whole = place.backend.tables;
        place.backend.of(each.kind)[each.key] = each.value;
        CHECK(place.run({"verify"}) == 1);
        CHECK(place.printed(each.said));
        CHECK(place.said("1 faults"));
        CHECK(place.run({"repair"}) == 0);
        CHECK(place.printed("removed 1 of "));
        CHECK_FALSE(place.backend.of(each.kind).contains(each.key));
        place.backend.of(each.kind).erase(each.key);
        Tables expected = whole;
        expected[static_cast<std::size_t>(each.kind)].erase(each.key);
        CHECK(place.backend.tables == expected);
        CHECK(place.run({"verify"}) == 0);
        CHECK(place.rebuilds == 0);
    }
}

TEST_CASE("what a client had goes with its record, and a message with those who waited for it") {
    MemoryPlace place;
    fill(place.backend);
    place.backend.of(Kind::client)["sensor-7"] = "\1";
    place.backend.of(Kind::client)["\xff\xfe"] = "\1";
    CHECK(place.run({"repair"}) == 0);
    CHECK(place.backend.of(Kind::client).size() == 1);
    for (const Kind kind : {Kind::subscription, Kind::outbound, Kind::inbound, Kind::body})
        CHECK(place.backend.of(kind).empty());
    CHECK(place.backend.of(Kind::retained).size() == 2);
    CHECK(place.run({"verify"}) == 0);
}

TEST_CASE("records of a newer version are kept, with what they may need") {
    MemoryPlace place;
    fill(place.backend);
    place.backend.of(Kind::client)["sensor-7"] = "\2new";
    place.backend.of(Kind::outbound)[outbound_key("sensor-7", 1)] = "\2new";
    place.backend.of(Kind::body)[number_key(3)] = encoded(full_message());
    const Tables before = place.backend.tables;
    CHECK(place.run({"verify"}) == 1);
    CHECK(place.printed("client \"sensor-7\" is of a newer version"));
    CHECK(place.run({"repair"}) == 1);
    CHECK(place.printed("kept client \"sensor-7\", which is of a newer version"));
    CHECK(place.printed("removed 0 of"));
    CHECK(place.backend.tables == before);
}

TEST_CASE("nothing is an orphan where reading ended early") {
    MemoryPlace place;
    fill(place.backend);
    place.backend.of(Kind::client).erase("sensor-7");
    place.backend.of(Kind::outbound).clear();
    place.backend.scan_fault = "a bad block";
    CHECK(place.run({"verify"}) == 1);
    CHECK(place.printed("reading records of kind client ends early: a bad block"));
    CHECK_FALSE(place.printed("belongs to no client"));
    CHECK_FALSE(place.printed("nobody waits for"));
}

TEST_CASE("repair rebuilds what does not open, or not give all") {
    MemoryPlace place;
    fill(place.backend);
    place.damaged = true;
    CHECK(place.run({"verify"}) == 1);
    CHECK(place.said("the store is damaged"));
    CHECK(place.run({"repair"}) == 0);
    CHECK(place.rebuilds == 1);
    CHECK(place.printed("rebuilt\n"));
    place.backend.scan_fault = "a bad block";
    CHECK(place.run({"repair"}) == 0);
    CHECK(place.rebuilds == 2);
    place.damaged = true;
    place.rebuild_losses = {"000004.log: 7 of its 9 bytes cannot be read"};
    CHECK(place.run({"repair"}) == 3);
    CHECK(place.printed("damaged 000004.log: 7 of its 9 bytes cannot be read\n"));
    CHECK(place.said("repaired without what only damaged files had"));
    place.damaged = true;
    place.rebuild_words.clear();
    CHECK(place.run({"repair"}) == 1);
    CHECK(place.said("there is no way to repair that"));
}
