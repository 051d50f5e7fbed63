#include "ctl/arguments.h"

#include <algorithm>
#include <charconv>

#include "config/fault.h"
#include "config/value.h"
#include "ctl/failure.h"

namespace grapnel::ctl {
namespace {

std::optional<uint64_t> parse_number(std::string_view text) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

const OptionName& find(std::string_view name, const std::vector<OptionName>& known) {
    std::vector<std::string_view> names;
    for (const OptionName& option : known) {
        if (option.name == name) return option;
        names.push_back(option.name);
    }
    throw UsageFailure("unknown option " + config::quoted(name) +
                       config::did_you_mean(name, names));
}

}  // namespace

Arguments::Arguments(const std::vector<std::string_view>& arguments,
                     const std::vector<OptionName>& known) {
    bool only_words = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (only_words || !argument.starts_with('-') || argument == "-") {
            words_.emplace_back(argument);
            continue;
        }
        only_words = argument == "--";
        if (only_words) continue;
        const size_t equals = argument.find('=');
        const OptionName& option = find(argument.substr(0, equals), known);
        std::string value;
        if (equals != std::string_view::npos) {
            if (!option.has_value) throw UsageFailure(std::string(option.name) + " takes no value");
            value = argument.substr(equals + 1);
        } else if (option.has_value) {
            if (i + 1 == arguments.size())
                throw UsageFailure(std::string(option.name) + " needs a value");
            value = arguments[++i];
        }
        options_.emplace_back(option.name, std::move(value));
    }
}

std::vector<std::string_view> Arguments::given() const {
    std::vector<std::string_view> out;
    for (const auto& [name, value] : options_) out.push_back(name);
    return out;
}

bool Arguments::has(std::string_view name) const { return value(name).has_value(); }

std::optional<std::string> Arguments::value(std::string_view name) const {
    const std::vector<std::string> all = values(name);
    return all.empty() ? std::nullopt : std::optional(all.back());
}

std::vector<std::string> Arguments::values(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [given, value] : options_)
        if (given == name) out.push_back(value);
    return out;
}

std::optional<uint64_t> Arguments::number(std::string_view name, uint64_t least,
                                          uint64_t most) const {
    const auto text = value(name);
    if (!text) return std::nullopt;
    const auto number = parse_number(*text);
    if (!number || *number < least || *number > most)
        throw UsageFailure(std::string(name) + " is " + config::quoted(*text) +
                           "; it must be a number from " + std::to_string(least) + " to " +
                           std::to_string(most));
    return number;
}

std::optional<uint64_t> Arguments::duration_ms(std::string_view name) const {
    constexpr uint64_t kMost_s = 1U << 31U;
    const auto text = value(name);
    if (!text) return std::nullopt;
    if (const auto seconds = parse_number(*text); seconds && *seconds != 0 && *seconds <= kMost_s)
        return *seconds * 1000;
    const auto time_us = config::parse_duration_us(*text);
    if (!time_us || *time_us == 0)
        throw UsageFailure(std::string(name) + " is " + config::quoted(*text) +
                           "; it must be a time as \"30s\" or \"5m\"");
    return (*time_us + 999) / 1000;
}

}  // namespace grapnel::ctl
