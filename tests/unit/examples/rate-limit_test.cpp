// The bucket of the example as time passes.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;

namespace {

struct Fixture {
    bool publish(FakeClient& by) {
        FakePacket packet(3);
        packet.header.flags = flags;
        return plugin.hooks().on_publish(plugin.call(), by.raw(), packet.raw()) == GN_V_CONTINUE;
    }
    int allowed(int count) {
        int passed = 0;
        for (int sent = 0; sent < count; ++sent) passed += publish(client) ? 1 : 0;
        return passed;
    }

    FakeHost host;
    FakeNode config = FakeNode::Table{{"per_second", std::int64_t{10}},
                                      {"burst", std::int64_t{4}},
                                      {"summary", std::int64_t{60}}};
    FakePlugin plugin{gn_plugin_entry, host, config};
    FakeClient client{"c", "", ""};
    std::uint8_t flags = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the burst, then what time brings, never more than the burst") {
    CHECK(allowed(10) == 4);
    CHECK(host.reason_code == 0x97);
    host.now_ms += 99;
    CHECK(allowed(1) == 0);
    host.now_ms += 1;
    CHECK(allowed(10) == 1);
    host.now_ms += 250;
    CHECK(allowed(10) == 2);
    host.now_ms += 50;
    CHECK(allowed(10) == 1);
    host.now_ms += 3'600'000;
    CHECK(allowed(10) == 4);
}

TEST_CASE_FIXTURE(Fixture, "a clock that is set back brings nothing and takes nothing") {
    CHECK(allowed(3) == 3);
    host.now_ms -= 500'000;
    CHECK(allowed(10) == 1);
    host.now_ms += 100;
    CHECK(allowed(10) == 1);
}

TEST_CASE_FIXTURE(Fixture, "clients have an allowance each, plugins need none") {
    FakeClient other{"other", "", ""};
    CHECK(allowed(5) == 4);
    CHECK(publish(other));
    flags = GN_PK_INLINE;
    CHECK(allowed(100) == 100);
}

TEST_CASE_FIXTURE(Fixture, "what was refused is logged once, and nothing where nothing was") {
    host.advance(60'000);
    CHECK(host.lines.empty());
    CHECK(allowed(7) == 4);
    host.advance(59'000);
    CHECK(host.lines.empty());
    host.advance(1'000);
    REQUIRE(host.lines.size() == 1);
    CHECK(host.lines[0].text == "loop 0 refused 3 messages");
    host.advance(600'000);
    CHECK(host.lines.size() == 1);
    plugin.stop();
    CHECK(host.timers() == 0);
}
