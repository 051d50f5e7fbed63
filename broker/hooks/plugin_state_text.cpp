#include "hooks/plugin_state_text.h"

namespace grapnel {

std::vector<std::pair<std::string, std::string>> plugin_state_topics(const PluginState& state) {
    std::vector<std::pair<std::string, std::string>> topics;
    const auto text = [&](const char* name, std::string value) {
        topics.emplace_back("$SYS/broker/plugins/" + state.id + "/" + name, std::move(value));
    };
    const auto number = [&](const char* name, uint64_t value) {
        text(name, std::to_string(value));
    };
    text("state", name_of(state.phase));
    number("since", static_cast<uint64_t>(state.since_ms / 1000));
    if (!state.failure.empty()) text("error", state.failure);
    if (!state.version.empty()) text("version", state.version);
    number("calls", state.calls);
    if (state.time_ns) number("time_us", *state.time_ns / 1000);
    number("failures", state.failures);
    number("timeouts", state.timeouts);
    number("deferred", state.deferred);
    number("outstanding", state.outstanding);
    number("answers_again", state.answers_again);
    number("answers_late", state.answers_late);
    if (state.over_budget) number("over_budget", *state.over_budget);
    number("left_open", state.left_open);
    return topics;
}

}  // namespace grapnel
