#include "hooks/plugin_exchange.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "fixture.h"
#include "temporary_file.h"

using namespace grapnel;
using mqtt::Version;

namespace {

struct Held {
    Held() : box(&packet, Version::v5) {
        packet.topic = "t";
        packet.payload = "p";
    }
    mqtt::Publish packet;
    PacketBox box;
};

// What came of a reload.
struct Reload {
    std::optional<std::vector<Error>> decided;
    bool finished = false;
};

void begin(TestHost& test, const PluginConfig& config, Reload& reload) {
    test.host.main().bind_thread();
    test.host.reload(
        std::make_shared<const config::Config>(config.config), 100,
        [&reload](std::vector<Error> faults) { reload.decided = std::move(faults); },
        [&reload] { reload.finished = true; });
}

void settle(TestHost& test, Reload& reload) {
    for (int turn = 0; turn < 500 && !reload.finished; ++turn) {
        test.port.settle(test.host);
        test.port.now_ms += 1;
        uv_sleep(1);
    }
}

Reload reloaded(TestHost& test, const PluginConfig& config) {
    Reload reload;
    begin(test, config, reload);
    settle(test, reload);
    CHECK(reload.finished);
    REQUIRE(reload.decided);
    return reload;
}

// A plugin that answers on_publish with `number`; the same id is the same plugin.
void add_answer(PluginConfig& config, const std::string& id, int64_t number,
                const std::string& text = "") {
    config.add_event("answers", "on_publish", number, text).id = id;
}

Verdict published(TestHost& test) {
    Held held;
    return test.dispatcher().publish(test.client, held.box, nullptr).verdict;
}

std::vector<std::string> ids(const TestHost& test) {
    std::vector<std::string> all;
    for (const auto& plugin : test.host.plugins()) all.push_back(plugin->id());
    return all;
}

}  // namespace

TEST_CASE("reload reaches each plugin, and a refusal is reported") {
    TemporaryFile file;
    PluginConfig config;
    config::Plugin& plugin = config.add("recorder");
    config.set(plugin, "file", file.path);
    TestHost test(config);
    CHECK(reloaded(test, config).decided->empty());
    config.set(config.config.plugin_entries[0], "refuse", true);
    const auto faults = *reloaded(test, config).decided;
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].text == "plugin recorder: keeps its settings: told to refuse");
    CHECK(test.stop());
    CHECK(file.text() == "reload\ndestroy\n");
}

TEST_CASE("plugins come, go and change places") {
    PluginConfig first;
    add_answer(first, "ignores", GN_V_IGNORE);
    TestHost test(first, 2);
    CHECK(published(test) == Verdict::ignore);

    PluginConfig both;
    add_answer(both, "rejects", GN_V_REJECT);
    add_answer(both, "ignores", GN_V_IGNORE);
    CHECK(reloaded(test, both).decided->empty());
    CHECK(ids(test) == std::vector<std::string>{"rejects", "ignores"});
    CHECK(published(test) == Verdict::reject);

    PluginConfig turned;
    add_answer(turned, "ignores", GN_V_IGNORE);
    add_answer(turned, "rejects", GN_V_REJECT);
    CHECK(reloaded(test, turned).decided->empty());
    CHECK(published(test) == Verdict::ignore);

    PluginConfig last;
    add_answer(last, "rejects", GN_V_REJECT);
    CHECK(reloaded(test, last).decided->empty());
    CHECK(published(test) == Verdict::reject);

    CHECK(reloaded(test, PluginConfig()).decided->empty());
    CHECK(test.dispatcher().present() == 0);
    CHECK(published(test) == Verdict::proceed);
}

TEST_CASE("one that is removed stops on each loop, and is destroyed once") {
    TemporaryFile file;
    PluginConfig config;
    config::Plugin& plugin = config.add("recorder");
    config.set(plugin, "file", file.path);
    TestHost test(config, 2);
    test.port.notes.clear();
    CHECK(reloaded(test, PluginConfig()).decided->empty());
    CHECK(file.text() == "destroy\n");
    for (const char* note : {"drop_slots 0 0", "drop_slots 1 0", "drop_slots 2 0"})
        CHECK(std::count(test.port.notes.begin(), test.port.notes.end(), note) == 1);
    CHECK(test.stop());
    CHECK(file.text() == "destroy\n");
}

TEST_CASE("what cannot be made changes nothing") {
    PluginConfig first;
    add_answer(first, "ignores", GN_V_IGNORE);
    TestHost test(first);
    for (const char* broken : {"create_fails", "start_fails", "no_such_plugin"}) {
        CAPTURE(broken);
        PluginConfig other;
        add_answer(other, "rejects", GN_V_REJECT);
        other.add(broken);
        CHECK(reloaded(test, other).decided->size() >= 1);
        CHECK(ids(test) == std::vector<std::string>{"ignores"});
        CHECK(published(test) == Verdict::ignore);
    }
    PluginConfig optional;
    add_answer(optional, "rejects", GN_V_REJECT);
    optional.add("create_fails").required = false;
    CHECK(reloaded(test, optional).decided->empty());
    CHECK(published(test) == Verdict::reject);
}

TEST_CASE("a store can neither come nor go") {
    PluginConfig without;
    PluginConfig with;
    with.add_event("answers", "on_commit").id = "store";
    {
        TestHost test(without);
        CHECK(reloaded(test, with).decided->size() == 1);
        CHECK(test.host.plugins().empty());
    }
    {
        TestHost test(with);
        CHECK(reloaded(test, without).decided->size() == 1);
        CHECK(test.host.plugins().size() == 1);
        CHECK(reloaded(test, with).decided->empty());
    }
}

TEST_CASE("a question under way goes on with those that it has not asked") {
    PluginConfig first;
    add_answer(first, "defers", GN_V_CONTINUE, "defer");
    add_answer(first, "gone", GN_V_REJECT);
    TestHost test(first);
    Held held;
    Dispatcher& hooks = test.dispatcher();
    Outcome outcome = hooks.publish(test.client, held.box, &test.waiter);
    REQUIRE(outcome.verdict == Verdict::deferred);
    hooks.attach(outcome.ticket, &held.box);
    SUBCASE("those behind it are gone") {
        hooks.set_plugins({});
        test.port.settle(test.host);
        REQUIRE(test.waiter.outcomes.size() == 1);
        CHECK(test.waiter.outcomes[0].verdict == Verdict::proceed);
    }
    SUBCASE("it is not asked twice") {
        const auto& plugins = test.host.plugins();
        hooks.set_plugins({plugins[1].get(), plugins[0].get()});
        test.port.settle(test.host);
        REQUIRE(test.waiter.outcomes.size() == 1);
        CHECK(test.waiter.outcomes[0].verdict == Verdict::reject);
        CHECK(hooks.pending() == 0);
    }
}

TEST_CASE("one that is removed may still answer what it was asked") {
    PluginConfig first;
    first.add_event("never_completes", "on_publish").defer_timeout_ms = 50;
    TestHost test(first);
    Held held;
    Dispatcher& hooks = test.dispatcher();
    const Outcome outcome = hooks.publish(test.client, held.box, &test.waiter);
    REQUIRE(outcome.verdict == Verdict::deferred);
    hooks.attach(outcome.ticket, &held.box);
    Reload reload;
    begin(test, PluginConfig(), reload);
    for (int turn = 0; turn < 10; ++turn) {
        test.port.settle(test.host);
        uv_sleep(1);
    }
    REQUIRE(reload.decided);
    CHECK(reload.decided->empty());
    CHECK_FALSE(reload.finished);
    CHECK(published(test) == Verdict::proceed);
    hooks.expire(test.port.now_ms + 100);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::reject);
    settle(test, reload);
    CHECK(reload.finished);
}

TEST_CASE("more reloads than there is room for plugins") {
    TestHost test{PluginConfig()};
    for (int round = 0; round < 150; ++round) {
        PluginConfig config;
        add_answer(config, "plugin-" + std::to_string(round), GN_V_IGNORE);
        CHECK(reloaded(test, config).decided->empty());
        REQUIRE(published(test) == Verdict::ignore);
    }
}

TEST_CASE("the end waits for a reload, and a plugin that hangs makes it unclean") {
    PluginConfig hanging;
    hanging.add("hangs_at_stop");
    TestHost test(hanging);
    Reload reload;
    begin(test, PluginConfig(), reload);
    CHECK_FALSE(test.stop(50));
    CHECK(reload.finished);
}
