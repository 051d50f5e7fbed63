// What plugins break is counted, each under its own name.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fixture.h"
#include "hooks/call.h"

using namespace grapnel;

namespace {

// The log of this thread as long as it lives.
class Logged {
public:
    int64_t count(std::string_view text) const {
        return std::count_if(lines_.begin(), lines_.end(), [text](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }

private:
    static void keep(void* lines, LogLevel, std::string_view line) {
        static_cast<std::vector<std::string>*>(lines)->emplace_back(line);
    }

    std::vector<std::string> lines_;
    LogTarget target_{keep, &lines_};
    LogBinding binding_{target_};
};

// One plugin that is asked about a CONNECT; the box stays where it lies.
struct Asked {
    explicit Asked(const PluginConfig& config) : test(config), box(&packet, mqtt::Version::v5) {}
    Outcome connect() {
        const Outcome outcome = test.dispatcher().connect(test.client, box, &test.waiter);
        if (outcome.verdict == Verdict::deferred) test.dispatcher().attach(outcome.ticket, &box);
        return outcome;
    }
    const PluginStats& stats() { return test.host.plugins()[0]->stats(); }

    TestHost test;
    mqtt::Connect packet;
    PacketBox box;
};

}  // namespace

TEST_CASE("throwing and lying are counted as failures, and deny") {
    for (const char* how : {"throws", "undefined_verdict", "defers_without_ticket"}) {
        PluginConfig config;
        config.add_event(how, "on_connect");
        Asked asked(config);
        CHECK(asked.connect().verdict == Verdict::deny);
        CHECK(asked.stats().failures == 1);
    }
}

TEST_CASE("what the C++ face of the SDK catches is a failure like another") {
    PluginConfig config;
    config.add("sdk_throws");
    Asked asked(config);
    CHECK(asked.connect().verdict == Verdict::deny);
    CHECK(asked.stats().failures == 1);
    mqtt::Publish publish;
    PacketBox box(&publish, mqtt::Version::v5);
    asked.test.dispatcher().published(asked.test.client, box);
    CHECK(asked.stats().failures == 2);
}

TEST_CASE("a deferral that is never answered is counted, and an answer that comes later too") {
    PluginConfig config;
    config.add_event("completes_late", "on_connect").defer_timeout_ms = 100;
    Asked asked(config);
    REQUIRE(asked.connect().verdict == Verdict::deferred);
    asked.test.dispatcher().expire(asked.test.port.now_ms + 100);
    REQUIRE(asked.test.waiter.outcomes.size() == 1);
    CHECK(asked.test.waiter.outcomes[0].verdict == Verdict::deny);
    CHECK(asked.stats().timeouts == 1);
    CHECK(asked.stats().answers_late == 0);
    asked.connect();
    CHECK(asked.stats().answers_late == 1);
    CHECK(asked.stats().answers_again == 0);
}

TEST_CASE("a second answer is counted, before and after the first took effect") {
    PluginConfig config;
    config.add_event("completes_twice", "on_connect", GN_V_ALLOW);
    Asked asked(config);
    CHECK(asked.connect().verdict == Verdict::deferred);
    CHECK(asked.stats().answers_again == 1);
    asked.test.port.settle(asked.test.host);
    REQUIRE(asked.test.waiter.outcomes.size() == 1);
    CHECK(asked.test.waiter.outcomes[0].verdict == Verdict::allow);

    PluginConfig unasked;
    unasked.add_event("completes_unasked", "on_connect", GN_V_ALLOW);
    Asked second(unasked);
    CHECK(second.connect().verdict == Verdict::allow);
    CHECK(second.stats().answers_again == 0);
    CHECK(second.connect().verdict == Verdict::allow);
    CHECK(second.stats().answers_again == 1);
    CHECK(second.stats().answers_late == 0);
}

TEST_CASE("an answer to somebody who left is nobody's fault") {
    PluginConfig config;
    config.add_event("completes_late", "on_connect");
    Asked asked(config);
    REQUIRE(asked.connect().verdict == Verdict::deferred);
    asked.test.dispatcher().cancel(&asked.test.waiter);
    asked.connect();
    CHECK(asked.stats().answers_late == 0);
    CHECK(asked.stats().answers_again == 0);
}

TEST_CASE("a call that takes longer than the plugin's budget is counted") {
    for (const uint64_t budget_us : {uint64_t{1000}, uint64_t{60'000'000}}) {
        PluginConfig config;
        config.add_event("dawdles", "on_connect", 5).call_budget_us = budget_us;
        Asked asked(config);
        asked.connect();
        CHECK(asked.stats().over_budget == (budget_us == 1000 ? 1 : 0));
    }
}

TEST_CASE("handles that are open when the plugin has stopped are counted, by plugin") {
    PluginConfig config;
    config.add("closes_nothing");
    config.add_event("answers", "on_connect");
    TestHost test(config, 2);
    test.stop();
    CHECK(test.host.plugins()[0]->stats().left_open == 3);
    CHECK(test.host.plugins()[1]->stats().left_open == 0);
}

TEST_CASE("while a plugin's code runs its thread knows whose it is") {
    PluginConfig config;
    config.add_event("answers", "on_connect");
    Asked asked(config);
    const Plugin& plugin = *asked.test.host.plugins()[0];
    {
        const Running outer(plugin, "a timer");
        {
            const Running inner(plugin, "loop_stop");
            CHECK(std::string(current_thread.part) == "loop_stop");
        }
        CHECK(current_thread.plugin == &plugin);
        CHECK(std::string(current_thread.part) == "a timer");
    }
    CHECK(current_thread.plugin == nullptr);
    asked.connect();
    CHECK(current_thread.call == nullptr);
}

TEST_CASE("a commit that fails on every loop, again and again, is said once, and once a minute") {
    const Logged logged;
    PluginConfig config;
    config.add_event("answers", "on_commit", GN_V_DENY);
    TestHost test(config, 2);
    for (uint64_t number = 1; number <= 10; ++number)
        for (const uint32_t loop : {0u, 1u})
            CHECK(test.host.dispatcher(loop).commit(number, nullptr).verdict == Verdict::deny);
    CHECK(logged.count("commit failed") == 1);
    CHECK(logged.count("commits go on failing") == 0);
    CHECK(test.host.plugins()[0]->stats().failures == 20);
    test.port.now_ms += 60'000;
    for (const uint32_t loop : {0u, 1u})
        CHECK(test.host.dispatcher(loop).commit(11, nullptr).verdict == Verdict::deny);
    CHECK(logged.count("commits go on failing failed=11 for_s=60") == 1);
    CHECK(logged.count("commit failed") == 1);
}

TEST_CASE("commits that succeed again are said once") {
    const Logged logged;
    PluginConfig config;
    config.add_event("answers", "on_commit", GN_V_CONTINUE);
    TestHost test(config);
    const int64_t now_ms = test.port.now_ms;
    test.host.plugins()[0]->commit_trouble().failed(1, now_ms);
    test.port.now_ms += 5000;
    for (const uint64_t number : {1u, 2u, 3u})
        CHECK(test.dispatcher().commit(number, nullptr).verdict == Verdict::proceed);
    CHECK(logged.count("commits succeed again failed=1 for_s=5") == 1);
    CHECK(logged.count("commits succeed again") == 1);
}
