#include "hooks/interest.h"

#include <doctest/doctest.h>

#include <optional>

#include "fixture.h"
#include "hooks/host_api.h"

using namespace grapnel;

namespace {

// An `interested` plugin rejects what it sees.
struct Interested {
    explicit Interested(const std::string& filter) {
        config.set(config.add("interested"), "filter", filter);
        test.emplace(config);
    }
    bool is_asked(Bytes topic) {
        mqtt::Publish packet;
        packet.topic = topic;
        PacketBox box(&packet, mqtt::Version::v5);
        const Outcome outcome = test->dispatcher().publish(test->client, box, nullptr);
        return outcome.verdict == Verdict::reject;
    }
    const gn_host& host() { return test->host.plugins()[0]->host(); }

    PluginConfig config;
    std::optional<TestHost> test;
};

}  // namespace

TEST_CASE("few and many filters match as subscriptions do") {
    for (size_t padding : {size_t{0}, size_t{100}}) {
        std::vector<std::string> others;
        for (size_t i = 0; i < padding; ++i) others.push_back("other/" + std::to_string(i) + "/+");
        const auto with = [&others](std::vector<Bytes> some) {
            some.insert(some.end(), others.begin(), others.end());
            return Interest::of(some);
        };
        const auto interest = with({"a/+/c", "b/#", "exact", "+/x"});
        REQUIRE(interest != nullptr);
        for (const char* topic : {"a/b/c", "b", "b/c/d", "exact", "q/x"})
            CHECK(interest->concerns(topic));
        for (const char* topic : {"a/b", "a/b/c/d", "exact/x/y", "exac", "$q/x", "other/1"})
            CHECK_FALSE(interest->concerns(topic));
        CHECK(with({"#"})->concerns("q"));
        CHECK_FALSE(with({"#"})->concerns("$SYS/q"));
    }
    CHECK_FALSE(Interest::of({})->concerns("a"));
}

TEST_CASE("what is no filter, or a shared one, is refused") {
    for (const char* filter : {"", "a/#/b", "a+", "$share/g/a"})
        CHECK(Interest::of({filter}) == nullptr);
    CHECK(Interest::of({"a", "b", "c", "d", "e", "a/#/b"}) == nullptr);
    CHECK(Interest::of({std::string(70'000, 'a')}) == nullptr);
}

TEST_CASE("a plugin sees only the publishes that concern it, and every gate") {
    Interested plugin("a/+");
    REQUIRE(plugin.test->faults.empty());
    CHECK(plugin.is_asked("a/b"));
    CHECK(plugin.is_asked("a/b"));
    CHECK_FALSE(plugin.is_asked("b/b"));
    CHECK(plugin.is_asked("a/b"));
    Dispatcher& hooks = plugin.test->dispatcher();
    CHECK(hooks.acl_check(plugin.test->client, "secret", Access::publish, nullptr).verdict ==
          Verdict::deny);
}

TEST_CASE("new filters reach each loop by a post, and wrong ones change nothing") {
    Interested plugin("a");
    const gn_interest& table = HostApi::interest;
    const gn_str b{"b", 1};
    const gn_str wrong{"b#", 2};
    CHECK(table.limit(&plugin.host(), &b, 1) == GN_E_THREAD);
    plugin.test->host.main().bind_thread();
    CHECK(table.limit(nullptr, &b, 1) == GN_E_INVALID);
    CHECK(table.limit(&plugin.host(), nullptr, 1) == GN_E_INVALID);
    CHECK(table.limit(&plugin.host(), &wrong, 1) == GN_E_INVALID);
    const std::vector<gn_str> many(Interest::kFiltersMax + 1, b);
    CHECK(table.limit(&plugin.host(), many.data(), static_cast<uint32_t>(many.size())) ==
          GN_E_LIMIT);
    CHECK(table.limit(&plugin.host(), &b, 1) == GN_OK);
    plugin.test->dispatcher().bind_thread();
    CHECK(plugin.is_asked("a"));
    CHECK_FALSE(plugin.is_asked("b"));
    plugin.test->port.settle(plugin.test->host);
    CHECK_FALSE(plugin.is_asked("a"));
    CHECK(plugin.is_asked("b"));

    plugin.test->host.main().bind_thread();
    CHECK(table.limit(&plugin.host(), nullptr, 0) == GN_OK);
    plugin.test->port.settle(plugin.test->host);
    CHECK_FALSE(plugin.is_asked("b"));
    plugin.test->host.main().bind_thread();
    CHECK(table.clear(&plugin.host()) == GN_OK);
    plugin.test->port.settle(plugin.test->host);
    CHECK(plugin.is_asked("a"));
    CHECK(plugin.is_asked("c"));
}
