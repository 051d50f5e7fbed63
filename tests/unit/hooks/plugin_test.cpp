#include "hooks/plugin.h"

#include <doctest/doctest.h>

#include "fixture.h"

using namespace grapnel;

namespace {

std::string load_fault(const std::string& name) {
    PluginConfig config;
    config.add(name);
    TestHost test(config);
    return test.faults.empty() ? "" : test.faults[0].text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("load errors name the file and the reason") {
    const std::pair<const char*, const char*> cases[] = {
        {"no_such_plugin", "no no_such_plugin.so in the search path"},
        {"no_symbol", "lacks the symbol gn_plugin_entry"},
        {"wrong_magic", "wrong magic number"},
        {"other_major", "needs ABI 2.0, this broker offers 1.0"},
        {"newer_minor", "needs ABI 1.7, this broker offers 1.0"},
        {"short_entry", "too short: 24 bytes"},
        {"short_hooks", "hooks table is too short: 4 bytes"},
        {"create_fails", "the database is on fire"},
        {"create_throws", "create threw: no luck in create"},
    };
    for (const auto& each : cases) {
        const std::string name = each.first;
        const std::string reason = each.second;
        CAPTURE(name);
        const std::string fault = load_fault(name);
        CHECK(contains(fault, "plugin " + name));
        CHECK(contains(fault, reason));
        CHECK(contains(fault, name + ".so"));
    }
}

TEST_CASE("loop_start that refuses is reported") {
    CHECK(contains(load_fault("start_fails"), "plugin start_fails: loop_start answered -6"));
}

TEST_CASE("a path that is no file, and one that is no library") {
    PluginConfig config;
    config.add("").path = "/nowhere/x.so";
    config.config.plugin_entries[0].id = "x";
    config.add("").path = "/proc/self/exe";
    config.config.plugin_entries[1].id = "y";
    TestHost test(config);
    REQUIRE(test.faults.size() == 2);
    CHECK(contains(test.faults[0].text, "/nowhere/x.so: no such file"));
    CHECK(contains(test.faults[1].text, "/proc/self/exe: cannot be loaded: "));
}

TEST_CASE("a plugin that is not required is left out") {
    PluginConfig config;
    config.add("create_fails").required = false;
    config.add_event("answers", "on_connect", GN_V_ALLOW);
    TestHost test(config);
    CHECK(test.faults.empty());
    CHECK(test.started);
    CHECK(test.host.plugins().size() == 1);
    CHECK(test.dispatcher().wants(Event::on_connect));
}

TEST_CASE("a shorter hooks table is not read beyond its size") {
    PluginConfig config;
    config.add("old_hooks");
    TestHost test(config);
    CHECK(test.faults.empty());
    CHECK(test.dispatcher().wants(Event::on_started));
    CHECK_FALSE(test.dispatcher().wants(Event::on_connect));
}

TEST_CASE("an entry of an older header has no tool, whatever lies behind it") {
    PluginConfig config;
    config.add("old_entry");
    config.add("picker");
    config.add("missing");
    std::vector<Error> faults;
    CHECK(find_tools(config.config, faults).empty());
    REQUIRE(faults.size() == 1);
    CHECK(contains(faults[0].text, "plugin missing: no missing.so"));
}

TEST_CASE("a tool is called with its words and settings, and what it throws is contained") {
    PluginConfig config;
    config.add("has_tool");
    std::vector<Error> faults;
    const auto tools = find_tools(config.config, faults);
    REQUIRE(tools.size() == 1);
    const Plugin plugin(tools[0].file, *tools[0].settings, 0, "/data");
    CHECK(plugin.run_tool(tools[0].settings->config, {"a", "b", "c"}) == 3);
    CHECK(plugin.run_tool(tools[0].settings->config, {"throw"}) == 1);
}

TEST_CASE("one file serves several entries, each with its own settings") {
    PluginConfig config;
    config.add_event("answers", "on_connect", GN_V_CONTINUE);
    config.add_event("answers", "on_subscribe", GN_V_REJECT);
    TestHost test(config);
    REQUIRE(test.faults.empty());
    CHECK(test.host.plugins().size() == 2);
    CHECK(test.dispatcher().wants(Event::on_connect));
    CHECK(test.dispatcher().wants(Event::on_subscribe));
    CHECK_FALSE(test.dispatcher().wants(Event::on_publish));
}

TEST_CASE("descriptions say what would load and what would not") {
    PluginConfig config;
    config.add("picker");
    config.add("other_major");
    config.add("missing");
    const auto descriptions = describe_plugins(config.config);
    REQUIRE(descriptions.size() == 3);
    CHECK(descriptions[0].name == "picker");
    CHECK(descriptions[0].version == "1");
    CHECK(descriptions[0].abi_major == 1);
    REQUIRE(descriptions[0].events.size() == 1);
    CHECK(descriptions[0].events[0] == "on_select_subscribers");
    CHECK(descriptions[0].error.empty());
    CHECK(contains(descriptions[1].file, "other_major.so"));
    CHECK(contains(descriptions[1].error, "needs ABI 2.0"));
    CHECK(descriptions[2].file.empty());
    CHECK(contains(descriptions[2].error, "search path"));
}
