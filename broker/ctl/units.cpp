#include "ctl/units.h"

#include <cstdio>
#include <ctime>

namespace grapnel::ctl {
namespace {

std::string number_text(const char* format, double number, const char* unit) {
    char out[48];
    std::snprintf(out, sizeof out, format, number);
    return std::string(out) + unit;
}

// Of the larger units the first that fits, with a decimal.
template <size_t N>
std::string scaled_text(double number, double step, const char* const (&units)[N]) {
    size_t unit = 0;
    while (unit + 1 < N && number >= step * 0.99995) {
        number /= step;
        ++unit;
    }
    return number_text(unit == 0 ? "%.0f" : "%.1f", number, units[unit]);
}

std::string pair_text(uint64_t large, const char* large_unit, uint64_t small,
                      const char* small_unit) {
    std::string out = std::to_string(large) + large_unit;
    if (small != 0) out += " " + std::to_string(small) + small_unit;
    return out;
}

std::string calendar_text(uint64_t time_ms, const char* format) {
    const auto seconds = static_cast<std::time_t>(time_ms / 1000);
    std::tm parts{};
    char out[64];
    if (::localtime_r(&seconds, &parts) == nullptr ||
        std::strftime(out, sizeof out, format, &parts) == 0)
        return std::to_string(time_ms) + " ms";
    return out;
}

}  // namespace

std::string size_text(uint64_t bytes) {
    return scaled_text(static_cast<double>(bytes), 1024,
                       {" B", " KiB", " MiB", " GiB", " TiB", " PiB"});
}

std::string duration_text(uint64_t time_ms) {
    constexpr uint64_t kMinute_s = 60;
    constexpr uint64_t kHour_s = 60 * kMinute_s;
    constexpr uint64_t kDay_s = 24 * kHour_s;
    const uint64_t time_s = time_ms / 1000;
    if (time_s == 0) return std::to_string(time_ms) + " ms";
    if (time_s < kMinute_s) return std::to_string(time_s) + " s";
    if (time_s < kHour_s) return pair_text(time_s / kMinute_s, " min", time_s % kMinute_s, " s");
    if (time_s < kDay_s)
        return pair_text(time_s / kHour_s, " h", time_s % kHour_s / kMinute_s, " min");
    return pair_text(time_s / kDay_s, " d", time_s % kDay_s / kHour_s, " h");
}

std::string short_time_text(uint64_t time_ns) {
    return scaled_text(static_cast<double>(time_ns), 1000, {" ns", " µs", " ms", " s"});
}

std::string rate_text(double per_s) {
    if (per_s > 0 && per_s < 9.95) return number_text("%.1f", per_s, "");
    return scaled_text(per_s, 1000, {"", " k", " M", " G"});
}

std::string time_text(uint64_t time_ms) { return calendar_text(time_ms, "%Y-%m-%d %H:%M:%S"); }

std::string time_of_day_text(uint64_t time_ms) { return calendar_text(time_ms, "%H:%M:%S"); }

}  // namespace grapnel::ctl
