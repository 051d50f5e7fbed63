// FakeSink takes the records that a broker takes.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>

using gn::testing::FakeHost;
using gn::testing::FakeSink;

namespace {

gn_stored_client client_record(std::string_view id) {
    auto record = gn::sized<gn_stored_client>();
    record.id = gn::str(id);
    record.protocol = 5;
    return record;
}

gn_message message_record(std::string_view topic) {
    auto record = gn::sized<gn_message>();
    record.topic = gn::str(topic);
    record.payload = gn::str("x");
    return record;
}

}  // namespace

TEST_CASE("clients are copied, with their wills") {
    const FakeHost host;
    FakeSink sink;
    const gn::Sink face(&host, sink.raw());
    gn_message will = message_record("gone");
    gn_stored_client record = client_record("c1");
    record.username = gn::str("alice");
    record.will = &will;
    record.will_delay_s = 5;
    CHECK(face.expect(1) == GN_OK);
    CHECK(face.put(record) == GN_OK);
    REQUIRE(sink.clients.size() == 1);
    CHECK(sink.expected == 1);
    CHECK(sink.clients[0].id == "c1");
    CHECK(sink.clients[0].username == "alice");
    CHECK(sink.clients[0].will->topic == "gone");
    will.topic = gn::str("a/#");
    CHECK(face.put(record) == GN_E_INVALID);
    CHECK(face.put(client_record("")) == GN_E_INVALID);
    record = client_record("c2");
    record.protocol = 6;
    CHECK(face.put(record) == GN_E_INVALID);
    CHECK(sink.clients.size() == 1);
}

TEST_CASE("subscriptions have a filter that is one") {
    const FakeHost host;
    FakeSink sink;
    const gn::Sink face(&host, sink.raw());
    gn_filter filter = gn::sized<gn_filter>();
    filter.filter = gn::str("$share/g/a/+");
    filter.qos = 2;
    auto record = gn::sized<gn_stored_subscription>();
    record.client_id = gn::str("c1");
    CHECK(face.put(record) == GN_E_INVALID);
    record.filter = &filter;
    CHECK(face.put(record) == GN_OK);
    CHECK(sink.subscriptions.at(0).filter == "$share/g/a/+");
    filter.filter = gn::str("a+");
    CHECK(face.put(record) == GN_E_INVALID);
}

TEST_CASE("a message without a client is a retained one") {
    const FakeHost host;
    FakeSink sink;
    const gn::Sink face(&host, sink.raw());
    const gn_message message = message_record("a/b");
    const std::uint32_t ids[] = {3, 4};
    auto record = gn::sized<gn_stored_message>();
    CHECK(face.put(record) == GN_E_INVALID);
    record.message = &message;
    CHECK(face.put(record) == GN_OK);
    CHECK(sink.retained.at(0).message->topic == "a/b");
    record.client_id = gn::str("c1");
    record.subscription_ids = ids;
    record.subscription_id_count = 2;
    CHECK(face.put(record) == GN_OK);
    CHECK(sink.messages.at(0).subscription_ids == std::vector<std::uint32_t>{3, 4});
    record.type = 6;
    record.message = nullptr;
    CHECK(face.put(record) == GN_OK);
    record.type = 4;
    CHECK(face.put(record) == GN_E_INVALID);
}

TEST_CASE("between begin and end only one kind is taken, afterwards none") {
    const FakeHost host;
    FakeSink sink;
    const gn::Sink face(&host, sink.raw());
    auto info = gn::sized<gn_sysinfo>();
    info.version = gn::str("9");
    info.clients_total = 7;
    sink.begin(gn::testing::detail::event_of(&gn_hooks::stored_sys_info));
    CHECK(face.put(client_record("c1")) == GN_E_STATE);
    CHECK(face.put(info) == GN_OK);
    CHECK(sink.sysinfo->clients_total == 7);
    CHECK(sink.sysinfo_version == "9");
    sink.stopping = true;
    CHECK(face.put(info) == GN_E_STATE);
    sink.stopping = false;
    sink.end();
    CHECK(face.put(info) == GN_E_STATE);
    CHECK(face.expect(1) == GN_E_STATE);
    CHECK(host.store->client(nullptr, nullptr) == GN_E_INVALID);
}
