#include "config/value.h"

#include <charconv>
#include <limits>

namespace grapnel::config {
namespace {

struct Unit {
    std::string_view name;
    uint64_t factor;
};

constexpr Unit kDurationUnits[] = {
    {"us", 1},
    {"ms", 1000},
    {"s", 1000000},
    {"m", 60ULL * 1000000},
    {"h", 3600ULL * 1000000},
    {"d", 86400ULL * 1000000},
    {"w", 7 * 86400ULL * 1000000},
};

constexpr Unit kSizeUnits[] = {
    {"", 1},
    {"B", 1},
    {"KiB", 1ULL << 10U},
    {"MiB", 1ULL << 20U},
    {"GiB", 1ULL << 30U},
    {"TiB", 1ULL << 40U},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", 1000000},
    {"GB", 1000000000},
    {"TB", 1000000000000},
};

template <size_t Count>
std::optional<uint64_t> parse_with_unit(std::string_view text, const Unit (&units)[Count]) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
    if (rest.size() > 1 && rest.front() == ' ') rest.remove_prefix(1);
    for (const Unit& unit : units) {
        if (rest != unit.name) continue;
        if (number > std::numeric_limits<uint64_t>::max() / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

}  // namespace

std::optional<uint64_t> parse_duration_us(std::string_view text) {
    return parse_with_unit(text, kDurationUnits);
}

std::optional<uint64_t> parse_size_bytes(std::string_view text) {
    return parse_with_unit(text, kSizeUnits);
}

std::optional<Address> parse_address(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (host.find(':') == std::string_view::npos) return std::nullopt;
    } else if (host.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    if (host.empty() || host.find_first_of("[] \t/") != std::string_view::npos) {
        return std::nullopt;
    }
    Address address{std::string(host), 0};
    const char* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, address.port);
    if (error != std::errc{} || end != last) return std::nullopt;
    return address;
}

}  // namespace grapnel::config
