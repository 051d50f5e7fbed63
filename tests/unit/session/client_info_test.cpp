#include "session/client_info.h"

#include <doctest/doctest.h>

#include <utility>

using namespace grapnel;

namespace {

// Counts in the int that it points to.
PluginSlot counted(int& drops) {
    return {&drops, [](void* value) { ++*static_cast<int*>(value); }};
}

}  // namespace

TEST_CASE("a plugin finds its own slot only") {
    int drops = 0;
    ClientInfo info;
    CHECK(info.slot(0).value == nullptr);
    info.set_slot(2, counted(drops));
    CHECK(info.slot(2).value == &drops);
    CHECK(info.slot(1).value == nullptr);
    CHECK(info.slot(3).value == nullptr);
}

TEST_CASE("a value is dropped once: by the next one, by an end, or by hand") {
    int first = 0;
    int second = 0;
    {
        ClientInfo info;
        info.set_slot(0, counted(first));
        info.set_slot(0, counted(second));
        CHECK(first == 1);
        CHECK(second == 0);
        info.set_slot(0, counted(second));
        CHECK(second == 0);
    }
    CHECK(first == 1);
    CHECK(second == 1);
    ClientInfo info;
    info.set_slot(1, counted(first));
    info.drop_slots();
    CHECK(first == 2);
    info.drop_slots();
    CHECK(first == 2);
    CHECK(info.slot(1).value == nullptr);
}

TEST_CASE("a value without a function is only forgotten") {
    int value = 0;
    ClientInfo info;
    info.set_slot(0, {&value, nullptr});
    info.set_slot(0, {});
    CHECK(info.slot(0).value == nullptr);
}

TEST_CASE("slots move with the client, and what they replace is dropped") {
    int kept = 0;
    int replaced = 0;
    ClientInfo target;
    target.set_slot(0, counted(replaced));
    {
        ClientInfo source;
        source.id.assign("client");
        source.set_slot(0, counted(kept));
        target = std::move(source);
    }
    CHECK(replaced == 1);
    CHECK(kept == 0);
    CHECK(target.slot(0).value == &kept);
    CHECK(target.id.bytes() == "client");
    {
        const ClientInfo moved(std::move(target));
        CHECK(moved.slot(0).value == &kept);
    }
    CHECK(kept == 1);
}

TEST_CASE("slots of an earlier connection go on, but for those that were set anew") {
    int kept = 0;
    int renewed = 0;
    int replaced = 0;
    {
        ClientInfo later;
        {
            ClientInfo earlier;
            later.inherit_slots(earlier);
            earlier.set_slot(1, counted(kept));
            earlier.set_slot(3, counted(replaced));
            later.set_slot(3, counted(renewed));
            later.inherit_slots(earlier);
            CHECK(earlier.slot(1).value == nullptr);
        }
        CHECK(kept == 0);
        CHECK(renewed == 0);
        CHECK(replaced == 1);
        CHECK(later.slot(0).value == nullptr);
        CHECK(later.slot(1).value == &kept);
        CHECK(later.slot(3).value == &renewed);
    }
    CHECK(kept == 1);
    CHECK(renewed == 1);
}

TEST_CASE("assigning moves every field") {
    ClientInfo source;
    source.username.assign("user");
    source.key = 5;
    source.connect_number = 13;
    source.begin_connection(6);
    source.will_due_ms = 7;
    source.peer.port = 8;
    source.session_expiry_s = 9;
    source.receive_maximum = 10;
    source.keepalive_s = 11;
    source.version = mqtt::Version::v31;
    source.clean_start = true;
    source.is_inline = true;
    source.will = std::make_unique<StoredWill>();
    source.will->delay_s = 12;
    source.access = std::make_unique<AccessCache>();
    ClientInfo target;
    target = std::move(source);
    CHECK(target.username.bytes() == "user");
    CHECK(target.key == 5);
    CHECK(target.connect_number == 13);
    CHECK(target.connected_ms() == 6);
    CHECK(target.disconnected_ms() == 0);
    CHECK(target.will_due_ms == 7);
    CHECK(target.peer.port == 8);
    CHECK(target.session_expiry_s == 9);
    CHECK(target.receive_maximum == 10);
    CHECK(target.keepalive_s == 11);
    CHECK(target.version == mqtt::Version::v31);
    CHECK(target.clean_start);
    CHECK(target.is_inline);
    REQUIRE(target.will);
    CHECK(target.will->delay_s == 12);
    CHECK(target.access);
}
