#include "store/tool_text.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <limits>

namespace grapnel::store {

namespace {

constexpr std::int64_t kSecondMs = 1000;

// Bytes that begin a character, for what is UTF-8.
std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xc0) != 0x80 ? 1 : 0;
    return width;
}

}  // namespace

std::string text_of_time(std::int64_t wall_ms) {
    const auto seconds = static_cast<std::time_t>(wall_ms / kSecondMs);
    std::tm parts{};
    std::array<char, 64> text{};
    if (::gmtime_r(&seconds, &parts) == nullptr) return std::to_string(wall_ms) + " ms";
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

std::string text_of_duration(std::int64_t span_ms) {
    struct Unit {
        std::int64_t seconds;
        char sign;
    };
    constexpr std::array<Unit, 4> kUnits{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    std::int64_t seconds = span_ms < 0 ? 0 : span_ms / kSecondMs;
    std::string text;
    for (std::size_t at = 0; at < kUnits.size(); ++at) {
        const Unit& unit = kUnits[at];
        if (seconds < unit.seconds) continue;
        text = std::to_string(seconds / unit.seconds) + unit.sign;
        seconds %= unit.seconds;
        if (at + 1 == kUnits.size()) return text;
        const Unit& next = kUnits[at + 1];
        if (seconds >= next.seconds)
            text += ' ' + std::to_string(seconds / next.seconds) + next.sign;
        return text;
    }
    return "0s";
}

std::string text_of_size(std::uint64_t bytes) {
    constexpr std::array<const char*, 6> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return std::to_string(bytes) + " B";
    double size = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %s", size, kUnits[unit]);
    return text.data();
}

std::string text_of_expiry(std::uint32_t session_expiry_s) {
    if (session_expiry_s == 0) return "at the end";
    if (session_expiry_s == std::numeric_limits<std::uint32_t>::max()) return "never";
    return text_of_duration(std::int64_t{session_expiry_s} * kSecondMs);
}

Table::Table(std::ostream& out, std::initializer_list<Column> columns) : out_(out) {
    std::vector<std::string_view> titles;
    for (const Column& column : columns) {
        titles.push_back(column.title);
        widths_.push_back(column.width);
    }
    write(titles);
}

void Table::row(std::initializer_list<std::string> cells) { write({cells.begin(), cells.end()}); }

void Table::write(const std::vector<std::string_view>& cells) {
    for (std::size_t at = 0; at < cells.size(); ++at) {
        out_ << cells[at];
        if (at + 1 == cells.size()) break;
        for (std::size_t width = width_of(cells[at]); width < widths_[at]; ++width) out_ << ' ';
        out_ << "  ";
    }
    out_ << '\n';
}

}  // namespace grapnel::store
