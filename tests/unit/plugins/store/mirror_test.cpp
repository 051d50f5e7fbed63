#include "store/mirror.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <string>

#include "memory_backend.h"
#include "twins.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

std::uint32_t kind_of(std::size_t offset) {
    return static_cast<std::uint32_t>((offset - offsetof(gn_hooks, on_started)) /
                                      sizeof(void (*)()));
}

// Finds what is owned through the clients, as Redis does.
class OwnersBackend final : public MemoryBackend {
public:
    std::unique_ptr<Cursor> scan(Kind kind) override {
        Records found;
        for (const auto& [key, value] : of(kind)) {
            std::string_view id;
            std::string_view rest;
            if (!is_owned(kind) || (split_owned(key, id, rest) && of(Kind::client).contains(id)))
                found[key] = value;
        }
        return std::make_unique<MemoryCursor>(found, scan_fault);
    }
    Fault write(Batch& batch) override {
        ++writes;
        return write_fault.empty() ? MemoryBackend::write(batch) : write_fault;
    }

    int writes = 0;
    Fault write_fault;
};

struct Fixture {
    OwnersBackend backend;
    Known known;
    Mirror mirror{backend, known};

    // Something of each kind, of a client with this id.
    void hold(const std::string& id, std::uint64_t number) {
        backend.of(Kind::client)[id] = "old";
        backend.of(Kind::subscription)[owned_key(id, "filter " + id)] = "old";
        std::string order;
        put_u64(order, number);
        backend.of(Kind::outbound)[owned_key(id, order)] = "old";
        backend.of(Kind::inbound)[inbound_key(id, 7)] = "old";
        backend.of(Kind::body)[body_key(number)] = "old";
        backend.of(Kind::retained)["topic " + id] = "old";
    }

    void begin(std::size_t offset) {
        gn_restored record{};
        record.kind = kind_of(offset);
        mirror.take(record);
    }
    void give_client(const std::string& id) {
        gn_stored_client client{};
        client.id = gn::str(id);
        gn_restored record{};
        record.client = &client;
        mirror.take(record);
    }
    void give_subscription(const std::string& id, const std::string& text) {
        gn_filter filter{};
        filter.filter = gn::str(text);
        gn_stored_subscription subscription{};
        subscription.client_id = gn::str(id);
        subscription.filter = &filter;
        gn_restored record{};
        record.subscription = &subscription;
        mirror.take(record);
    }
    void give_retained(const std::string& topic, const std::string& payload) {
        gn_message message{};
        message.topic = gn::str(topic);
        message.payload = gn::str(payload);
        gn_stored_message stored{};
        stored.message = &message;
        gn_restored record{};
        record.message = &stored;
        mirror.take(record);
    }
    // A session and a retained message of another store.
    void give_all() {
        begin(offsetof(gn_hooks, stored_clients));
        give_client("new");
        give_subscription("new", "filter new");
        begin(offsetof(gn_hooks, stored_retained_messages));
        give_retained("topic new", "kept");
    }
};

}  // namespace

TEST_CASE("what a store held is gone once everything is restored, and not before") {
    Fixture test;
    test.hold("old", 1);
    test.hold("new", 2);
    const Tables before = test.backend.tables;
    test.give_all();
    test.give_retained("large", std::string(std::size_t{2} << 20, 'x'));
    CHECK(test.backend.writes > 0);
    for (std::size_t kind = 0; kind < kKinds; ++kind)
        for (const auto& [key, value] : before[kind])
            CHECK(test.backend.tables[kind].contains(key));
    CHECK(test.mirror.finish().empty());
    CHECK(test.backend.of(Kind::client).size() == 1);
    CHECK(test.backend.of(Kind::client).contains("new"));
    CHECK(test.backend.of(Kind::subscription).size() == 1);
    CHECK(test.backend.of(Kind::subscription).contains(owned_key("new", "filter new")));
    CHECK(test.backend.of(Kind::outbound).empty());
    CHECK(test.backend.of(Kind::inbound).empty());
    CHECK(test.backend.of(Kind::body).empty());
    CHECK(test.backend.of(Kind::retained).size() == 2);
    CHECK(test.backend.of(Kind::retained).contains("topic new"));
    for (const Records& each : test.backend.tables)
        for (const auto& [key, value] : each) CHECK(value != "old");
}

TEST_CASE("what was held is gone, however like to a hash it is to what was given") {
    Fixture test;
    test.backend.of(Kind::client)[std::string(kTwinOfId)] = "old";
    test.begin(offsetof(gn_hooks, stored_clients));
    test.give_client(std::string(kId));
    CHECK(test.mirror.finish().empty());
    CHECK(test.backend.of(Kind::client).size() == 1);
    CHECK(test.backend.of(Kind::client).contains(kId));
}

TEST_CASE("kinds that another store does not give stay") {
    Fixture test;
    test.hold("own", 1);
    test.begin(offsetof(gn_hooks, stored_retained_messages));
    CHECK(test.mirror.finish().empty());
    CHECK(test.backend.of(Kind::retained).empty());
    CHECK(test.backend.size() == 5);
}

TEST_CASE("a store that was given nothing writes nothing") {
    Fixture test;
    test.hold("own", 1);
    CHECK(test.mirror.finish().empty());
    CHECK(test.backend.writes == 0);
    CHECK(test.backend.size() == 6);
}

TEST_CASE("changes of the store's own records come before what takes their place") {
    Fixture test;
    test.hold("new", 1);
    Changes own;
    own.erase(Kind::subscription, owned_key("new", "filter new"));
    test.mirror.write_own(std::move(own));
    test.give_all();
    CHECK(test.mirror.finish().empty());
    CHECK(test.backend.of(Kind::subscription).size() == 1);
}

TEST_CASE("nothing is erased where not everything could be written or read") {
    for (const bool writes : {false, true}) {
        Fixture test;
        test.hold("old", 1);
        (writes ? test.backend.scan_fault : test.backend.write_fault) = "no";
        test.give_all();
        CHECK(test.mirror.finish() == "no");
        CHECK(test.backend.of(Kind::client).contains("old"));
        CHECK(test.backend.of(Kind::retained).contains("topic old"));
    }
}
