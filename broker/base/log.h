#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/shared_mutex.h"

namespace grapnel {

enum class LogLevel : uint8_t { debug, info, warn, error };
enum class LogFormat : uint8_t { text, json };

// By LogLevel.
inline constexpr const char* kLogLevelNames[] = {"debug", "info", "warn", "error"};

constexpr const char* name_of(LogLevel level) { return kLogLevelNames[static_cast<size_t>(level)]; }

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
inline std::atomic<LogLevel> log_level{LogLevel::info};  // the least of all targets
}

// Gets every record of a target besides. Any thread, in the middle of a log call: it neither logs
// nor waits for anybody who may. What it throws is caught.
class LogTap {
public:
    // `text`: message and fields, as the text format has them behind the module.
    virtual void take(int64_t wall_ms, LogLevel level, std::string_view module,
                      std::string_view text) = 0;

protected:
    ~LogTap() = default;
};

// Where records go, from which level on, and in which format: info and text at first. The process
// has one, standard error. A broker that another program embeds has its own, which its threads are
// bound to. Any thread; outlives the threads that are bound to it.
class LogTarget {
public:
    // The line has no newline at its end.
    using Write = void (*)(void* argument, LogLevel level, std::string_view line);

    // Without `write`: standard error.
    explicit LogTarget(Write write = nullptr, void* argument = nullptr);
    ~LogTarget();
    LogTarget(const LogTarget&) = delete;
    LogTarget& operator=(const LogTarget&) = delete;

    LogLevel level() const { return level_.load(std::memory_order_relaxed); }
    void configure(LogLevel level, LogFormat format) noexcept;
    void set_level(LogLevel level) noexcept;
    // Records go to the tap too, in place of the one before; null: to none. Once this has returned,
    // the one before is not called any more. Not inside a tap.
    void tap(LogTap* tap);
    // Once this has returned, `write` neither runs nor is called again: what comes is dropped. Not
    // inside `write`.
    void mute();
    void write(LogLevel level, std::string_view module, std::string_view message,
               LogFields fields) noexcept;

private:
    void write_line(LogLevel level, std::string& line);
    void tell_tap(int64_t wall_ms, LogLevel level, std::string_view module,
                  std::string_view message, LogFields fields);

    Write write_;
    void* argument_;
    std::atomic<LogLevel> level_{LogLevel::info};
    std::atomic<LogFormat> format_{LogFormat::text};
    std::atomic<bool> tapped_{false};
    SharedMutex mutex_;  // shared while write_ or the tap runs
    bool muted_ = false;
    LogTap* tap_ = nullptr;  // guarded by mutex_
};

// The target of the calling thread: the one it is bound to, else that of the process.
LogTarget& log_target() noexcept;

// Binds the thread to a target, as long as this lives.
class LogBinding {
public:
    explicit LogBinding(LogTarget& target) noexcept;
    ~LogBinding();
    LogBinding(const LogBinding&) = delete;
    LogBinding& operator=(const LogBinding&) = delete;

private:
    LogTarget* const before_;
};

// Threads: all functions below may be called from any thread at any time. None throws. They mean
// the thread's target.

// Does any target want this level?
inline bool log_enabled(LogLevel level) noexcept {
    return level >= detail::log_level.load(std::memory_order_relaxed);
}

// Level and format of the records that follow.
void log_configure(LogLevel level, LogFormat format) noexcept;

// Writes one record, if the target wants its level; to standard error with one write(2). Control
// characters and bytes that are no UTF-8 are escaped, so that a record is one line always.
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
