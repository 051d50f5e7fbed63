#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace grapnel {

enum class LogLevel : uint8_t { debug, info, warn, error };
enum class LogFormat : uint8_t { text, json };

// One key=value of a record. It borrows key and text: both live until the log call returned.
struct LogField {
    enum class Kind : uint8_t { text, signed_integer, unsigned_integer, boolean };

    LogField(std::string_view field_key, std::string_view value) : key(field_key), text(value) {}
    LogField(std::string_view field_key, const std::string& value) : key(field_key), text(value) {}
    LogField(std::string_view field_key, const char* value)
        : key(field_key), text(value != nullptr ? value : "") {}
    LogField(std::string_view field_key, bool value)
        : key(field_key), kind(Kind::boolean), number(value ? 1 : 0) {}

    template <std::integral Integer>
    LogField(std::string_view field_key, Integer value)
        : key(field_key),
          kind(std::signed_integral<Integer> ? Kind::signed_integer : Kind::unsigned_integer),
          number(static_cast<uint64_t>(value)) {}

    std::string_view key;
    Kind kind = Kind::text;
    std::string_view text;
    uint64_t number = 0;  // a signed value as its two's complement
};

using LogFields = std::initializer_list<LogField>;

namespace detail {
inline std::atomic<LogLevel> log_level{LogLevel::info};
}

// Threads: all functions below may be called from any thread at any time. None throws.

inline bool log_enabled(LogLevel level) noexcept {
    return level >= detail::log_level.load(std::memory_order_relaxed);
}

// Level and format of the records that follow; info and text before the first call.
void log_configure(LogLevel level, LogFormat format) noexcept;

// Writes one record to standard error with one write(2), whatever the level is. Control characters
// and bytes that are no UTF-8 are escaped, so that a record is one line always.
void log_write(LogLevel level, std::string_view module, std::string_view message,
               LogFields fields = {}) noexcept;

// Appends to `out` the line that log_write writes. `wall_ms` counts from the Unix epoch.
void log_render(std::string& out, LogFormat format, int64_t wall_ms, LogLevel level,
                std::string_view module, std::string_view message, LogFields fields);

inline void log_debug(std::string_view module, std::string_view message,
                      LogFields fields = {}) noexcept {
    if (log_enabled(LogLevel::debug)) log_write(LogLevel::debug, module, message, fields);
}

inline void log_info(std::string_view module, std::string_view message,
                     LogFields fields = {}) noexcept {
    if (log_enabled(LogLevel::info)) log_write(LogLevel::info, module, message, fields);
}

inline void log_warn(std::string_view module, std::string_view message,
                     LogFields fields = {}) noexcept {
    if (log_enabled(LogLevel::warn)) log_write(LogLevel::warn, module, message, fields);
}

inline void log_error(std::string_view module, std::string_view message,
                      LogFields fields = {}) noexcept {
    if (log_enabled(LogLevel::error)) log_write(LogLevel::error, module, message, fields);
}

}  // namespace grapnel
