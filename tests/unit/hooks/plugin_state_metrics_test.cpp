#include "hooks/plugin_state_metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "stats/plugin_metrics_text.h"

using namespace grapnel;

namespace {

std::string rendered(const std::vector<PluginState>& states) {
    std::string text;
    render_plugin_states(text, states);
    return text;
}

bool has(const std::string& text, const std::string& line) {
    return text.find(line + "\n") != std::string::npos;
}

PluginState serving(const std::string& id) {
    PluginState state;
    state.id = id;
    state.name = "na\"me";
    state.version = "1.2";
    state.phase = PluginPhase::serving;
    return state;
}

}  // namespace

TEST_CASE("without plugins there is nothing to show") { CHECK(rendered({}).empty()); }

TEST_CASE("a plugin's calls, times and troubles stand under its id") {
    PluginState one = serving("one");
    one.failures = 2;
    one.timeouts = 3;
    one.deferred = 4;
    one.outstanding = 5;
    one.over_budget = 6;
    PluginEventTimes times;
    times.calls = 3;
    times.total_ns = 5'000;
    times.buckets[0] = 2;
    times.buckets[2] = 1;
    one.events = {{"on_publish", 300, times}, {"on_connect", 7, std::nullopt}};
    PluginState two = serving("two");
    two.phase = PluginPhase::failed;
    const std::string text = rendered({one, two});
    for (const char* line :
         {"grapnel_plugin_up{plugin=\"one\"} 1", "grapnel_plugin_up{plugin=\"two\"} 0",
          "grapnel_plugin_info{plugin=\"one\",name=\"na\\\"me\",version=\"1.2\"} 1",
          "grapnel_plugin_calls_total{plugin=\"one\",event=\"on_publish\"} 300",
          "grapnel_plugin_calls_total{plugin=\"one\",event=\"on_connect\"} 7",
          "grapnel_plugin_call_seconds_bucket{plugin=\"one\",event=\"on_publish\",le=\"1e-06\"} 2",
          "grapnel_plugin_call_seconds_bucket{plugin=\"one\",event=\"on_publish\",le=\"1e-05\"} 2",
          "grapnel_plugin_call_seconds_bucket{plugin=\"one\",event=\"on_publish\",le=\"1e-04\"} 3",
          "grapnel_plugin_call_seconds_bucket{plugin=\"one\",event=\"on_publish\",le=\"+Inf\"} 3",
          "grapnel_plugin_call_seconds_sum{plugin=\"one\",event=\"on_publish\"} 5e-06",
          "grapnel_plugin_call_seconds_count{plugin=\"one\",event=\"on_publish\"} 3",
          "grapnel_plugin_failures_total{plugin=\"one\"} 2",
          "grapnel_plugin_failures_total{plugin=\"two\"} 0",
          "grapnel_plugin_timeouts_total{plugin=\"one\"} 3",
          "grapnel_plugin_deferred_total{plugin=\"one\"} 4",
          "grapnel_plugin_outstanding{plugin=\"one\"} 5",
          "grapnel_plugin_over_budget_total{plugin=\"one\"} 6"}) {
        CAPTURE(std::string(line));
        CHECK(has(text, line));
    }
    CHECK(text.find("over_budget_total{plugin=\"two\"") == std::string::npos);
    CHECK(text.find("seconds_count{plugin=\"one\",event=\"on_connect\"") == std::string::npos);
}

TEST_CASE("the families are those that plugins' own metrics move aside for, each announced once") {
    PluginState full = serving("full");
    full.over_budget = 0;
    full.events = {{"on_publish", 1, PluginEventTimes{}}};
    std::istringstream lines(rendered({full}));
    std::vector<std::string> families;
    const std::string begin = "# HELP grapnel_plugin_";
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(begin))
            families.push_back(
                line.substr(begin.size(), line.find(' ', begin.size()) - begin.size()));
    std::sort(families.begin(), families.end());
    CHECK(std::equal(families.begin(), families.end(), kPluginFamilies.begin(),
                     kPluginFamilies.end()));
}
