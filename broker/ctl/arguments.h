#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::ctl {

// An option: whether a value follows, as `--name VALUE` or `--name=VALUE`.
struct OptionName {
    std::string_view name;
    bool has_value = false;
};

// Words and options of a command line, in any order; what follows "--" is a word.
class Arguments {
public:
    // Throws UsageFailure.
    Arguments(const std::vector<std::string_view>& arguments, const std::vector<OptionName>& known);

    const std::vector<std::string>& words() const { return words_; }
    // The names of the options that were given.
    std::vector<std::string_view> given() const;

    bool has(std::string_view name) const;
    // The last one counts.
    std::optional<std::string> value(std::string_view name) const;
    std::vector<std::string> values(std::string_view name) const;

    // From `least` to `most`; throws UsageFailure.
    std::optional<uint64_t> number(std::string_view name, uint64_t least, uint64_t most) const;
    // "5m" or "300" (seconds); throws UsageFailure.
    std::optional<uint64_t> duration_ms(std::string_view name) const;

private:
    std::vector<std::string> words_;
    std::vector<std::pair<std::string_view, std::string>> options_;
};

}  // namespace grapnel::ctl
