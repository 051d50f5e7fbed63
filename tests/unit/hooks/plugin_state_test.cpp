#include "hooks/plugin_state.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "fixture.h"
#include "hooks/call.h"
#include "hooks/plugin_state_text.h"
#include "stats/plugin_metrics_text.h"

using namespace grapnel;
using Answer = PluginReload::Result;

namespace {

struct Held {
    Held() : box(&packet, mqtt::Version::v5) { packet.topic = "t"; }
    mqtt::Publish packet;
    PacketBox box;
};

void publish(TestHost& test, uint32_t loop, int times = 1) {
    Held held;
    for (int i = 0; i < times; ++i)
        test.host.dispatcher(loop).publish(test.client, held.box, nullptr);
}

PluginState state(const TestHost& test, const std::string& id) {
    const auto states = test.host.plugin_states();
    const auto found = std::find_if(states.begin(), states.end(),
                                    [&id](const PluginState& one) { return one.id == id; });
    REQUIRE(found != states.end());
    return *found;
}

std::vector<std::string> ids(const TestHost& test) {
    std::vector<std::string> all;
    for (const PluginState& one : test.host.plugin_states()) all.push_back(one.id);
    return all;
}

// A reload, until it has finished. True: it was taken.
bool reload(TestHost& test, const PluginConfig& config) {
    std::optional<bool> taken;
    bool finished = false;
    test.host.main().bind_thread();
    test.host.reload(
        std::make_shared<const config::Config>(config.config), 100,
        [&taken](const std::vector<Error>& faults) { taken = faults.empty(); },
        [&finished] { finished = true; });
    for (int turn = 0; turn < 500 && !finished; ++turn) {
        test.port.settle(test.host);
        test.port.now_ms += 1;
        uv_sleep(1);
    }
    REQUIRE(finished);
    return taken == true;
}

config::Plugin& add_answers(PluginConfig& config, const std::string& id) {
    config::Plugin& plugin = config.add_event("answers", "on_publish", GN_V_CONTINUE);
    plugin.id = id;
    return plugin;
}

}  // namespace

TEST_CASE("a plugin that serves is described, and its calls are counted over all loops") {
    PluginConfig config;
    config::Plugin& plugin = add_answers(config, "one");
    plugin.where = {std::make_shared<const std::string>("grapnel.toml"), 12, 1};
    add_answers(config, "timed").call_budget_us = 1'000'000;
    TestHost test(config, 2);
    publish(test, 0, 2);
    publish(test, 1);
    const PluginState one = state(test, "one");
    CHECK(one.name == "answers");
    CHECK(one.version == "1");
    CHECK(one.abi_major == 1);
    CHECK(one.file == test_plugin_folder() + "/answers.so");
    CHECK(one.source == "grapnel.toml:12");
    CHECK(one.phase == PluginPhase::serving);
    CHECK(one.since_ms == 1'001'000);
    CHECK(one.reload.result == Answer::never);
    REQUIRE(one.events.size() == 1);
    CHECK(one.events[0].event == "on_publish");
    CHECK(one.events[0].calls == 3);
    CHECK(one.calls == 3);
    REQUIRE(one.events[0].times);
    CHECK(one.events[0].times->calls == 2);  // the first on each loop
    CHECK(one.time_ns >= one.events[0].times->total_ns);
    CHECK_FALSE(one.over_budget);

    const PluginState timed = state(test, "timed");
    CHECK(timed.source == "embedded");
    CHECK(timed.calls == 3);
    REQUIRE(timed.events[0].times);
    CHECK(timed.events[0].times->calls == 3);
    CHECK(timed.events[0].times->max_ns <= timed.events[0].times->total_ns);
    uint64_t in_buckets = 0;
    for (const uint64_t bucket : timed.events[0].times->buckets) in_buckets += bucket;
    CHECK(in_buckets == 3);
    CHECK(timed.time_ns == timed.events[0].times->total_ns);
    CHECK(timed.over_budget == 0);
}

TEST_CASE("every call of all plugins is timed while the configuration says so") {
    PluginConfig config;
    add_answers(config, "one");
    config.config.stats.plugin_times = true;
    TestHost test(config);
    publish(test, 0, 2);
    CHECK(state(test, "one").events[0].times->calls == 2);
    config.config.stats.plugin_times = false;
    REQUIRE(reload(test, config));
    publish(test, 0, 2);
    CHECK(state(test, "one").events[0].times->calls == 2);
    config.config.stats.plugin_times = true;
    add_answers(config, "two");
    REQUIRE(reload(test, config));
    CHECK_FALSE(state(test, "two").events[0].times);
    CHECK_FALSE(state(test, "two").time_ns);
    publish(test, 0, 2);
    CHECK(state(test, "one").events[0].times->calls == 4);
    CHECK(state(test, "two").events[0].times->calls == 2);
}

TEST_CASE("the time of calls that were not timed is the mean of those that were") {
    PluginConfig config;
    config.add_event("dawdles", "on_publish", 2).id = "slow";
    TestHost test(config);
    publish(test, 0, 3);
    const PluginState slow = state(test, "slow");
    REQUIRE(slow.events[0].times);
    CHECK(slow.events[0].times->calls == 1);
    CHECK(slow.events[0].times->total_ns >= 2'000'000);
    CHECK(*slow.time_ns + 3 >= slow.events[0].times->total_ns * 3);
}

TEST_CASE("other threads see the states as they were noted") {
    PluginConfig config;
    add_answers(config, "one");
    TestHost test(config);
    CHECK(test.host.noted_states()->empty());
    test.host.note_states();
    publish(test, 0, 2);
    const auto before = test.host.noted_states();
    test.host.note_states();
    REQUIRE(before->size() == 1);
    CHECK(before->front().calls == 0);
    std::thread([&test] { CHECK(test.host.noted_states()->front().calls == 2); }).join();
}

TEST_CASE("what was removed is stopped, until another takes its id") {
    PluginConfig with;
    add_answers(with, "stays");
    add_answers(with, "goes");
    PluginConfig without;
    add_answers(without, "stays");
    TestHost test(with);
    publish(test, 0);
    REQUIRE(reload(test, without));
    CHECK(ids(test) == std::vector<std::string>{"stays", "goes"});
    CHECK(state(test, "goes").phase == PluginPhase::stopped);
    CHECK(state(test, "goes").calls == 1);
    REQUIRE(reload(test, with));
    CHECK(ids(test) == std::vector<std::string>{"stays", "goes"});
    CHECK(state(test, "goes").phase == PluginPhase::serving);
    CHECK(state(test, "goes").calls == 0);
    REQUIRE(test.stop());
    CHECK(state(test, "goes").phase == PluginPhase::stopped);
}

TEST_CASE("the answer to new settings is kept") {
    PluginConfig config;
    config.set(config.add("recorder"), "file", "/dev/null");
    TestHost test(config);
    REQUIRE(reload(test, config));
    CHECK(state(test, "recorder").reload.result == Answer::ok);
    config.set(config.config.plugin_entries[0], "refuse", true);
    CHECK_FALSE(reload(test, config));
    const PluginState after = state(test, "recorder");
    CHECK(after.reload.result == Answer::refused);
    CHECK(after.reload.why == "told to refuse");
    CHECK(after.reload.at_ms > 0);
    CHECK(after.phase == PluginPhase::serving);
}

TEST_CASE("what failed says why, until a configuration does without it") {
    PluginConfig config;
    for (const char* name : {"no_such_plugin", "create_fails", "start_fails"})
        config.add(name).required = false;
    add_answers(config, "good");
    TestHost test(config);
    CHECK(test.faults.empty());
    for (int turn = 0; turn < 20 && !test.started; ++turn) {
        test.port.settle(test.host);
        uv_sleep(1);
    }
    REQUIRE(test.started);
    CHECK(ids(test).size() == 4);
    for (const char* name : {"no_such_plugin", "create_fails", "start_fails"}) {
        CHECK(state(test, name).phase == PluginPhase::failed);
        CHECK_FALSE(state(test, name).failure.empty());
    }
    CHECK(state(test, "start_fails").failure == "loop_start answered -6, on 2 of 2 loops");
    CHECK(state(test, "no_such_plugin").name.empty());
    CHECK(test.host.plugins().size() == 1);
    publish(test, 0);
    CHECK(state(test, "good").calls == 1);
    PluginConfig fewer;
    add_answers(fewer, "good");
    REQUIRE(reload(test, fewer));
    CHECK(ids(test) == std::vector<std::string>{"good"});
}

TEST_CASE("who does not stop has failed") {
    PluginConfig config;
    config.add("hangs_at_stop");
    TestHost test(config);
    CHECK_FALSE(test.stop(5));
    CHECK(state(test, "hangs_at_stop").phase == PluginPhase::failed);
    CHECK(state(test, "hangs_at_stop").failure == "did not stop in time");
}

TEST_CASE("all names in $SYS are the broker's own, and what is not measured is absent") {
    PluginState full;
    full.id = "p";
    full.version = "1";
    full.failure = "why";
    full.time_ns = 2000;
    full.over_budget = 0;
    const auto topics = plugin_state_topics(full);
    CHECK(topics.size() == kPluginSysNames.size());
    for (const auto& [topic, value] : topics) {
        const std::string name = topic.substr(std::string("$SYS/broker/plugins/p/").size());
        CHECK(std::find(kPluginSysNames.begin(), kPluginSysNames.end(), name) !=
              kPluginSysNames.end());
        if (name == "time_us") CHECK(value == "2");
        if (name == "state") CHECK(value == "starting");
    }
    CHECK(plugin_state_topics(PluginState{}).size() == kPluginSysNames.size() - 4);
}

TEST_CASE("another thread sees whose hook a loop is in") {
    PluginConfig config;
    config.add_event("dawdles", "on_publish", 300);
    TestHost test(config);
    CHECK(test.host.inside_plugins().empty());
    std::atomic<bool> over{false};
    std::thread worker([&] {
        test.host.dispatcher(0).bind_thread();
        publish(test, 0);
        over = true;
        while (over) std::this_thread::yield();
    });
    std::vector<HookHost::Inside> seen;
    while (seen.empty() && !over) seen = test.host.inside_plugins();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].loop == 0);
    CHECK(seen[0].where.plugin == test.host.plugins()[0].get());
    CHECK(std::string(seen[0].where.part) == "on_publish");
    while (!over) std::this_thread::yield();
    CHECK(test.host.inside_plugins().empty());
    over = false;
    worker.join();
    test.host.dispatcher(0).bind_thread();
}
