#include "base/log.h"

#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

namespace grapnel {
namespace {

thread_local LogTarget* bound_target = nullptr;

// All that there are. Never destroyed: threads may log until the process has ended.
struct Targets {
    std::mutex mutex;
    std::vector<const LogTarget*> all;  // guarded by mutex

    void add(const LogTarget& target) {
        const std::lock_guard lock(mutex);
        all.push_back(&target);
        find_least();
    }
    void remove(const LogTarget& target) {
        const std::lock_guard lock(mutex);
        std::erase(all, &target);
        find_least();
    }
    void changed() {
        const std::lock_guard lock(mutex);
        find_least();
    }

private:
    void find_least() {
        LogLevel least = LogLevel::error;
        for (const LogTarget* target : all) least = std::min(least, target->level());
        detail::log_level.store(least, std::memory_order_relaxed);
    }
};

Targets& targets() {
    static auto& targets = *new Targets;
    return targets;
}

LogTarget& process_target() {
    static auto& target = *new LogTarget;
    return target;
}

// Held around the write, so that a record longer than a pipe takes at once stays in one piece.
std::mutex& sink_mutex() {
    static std::mutex mutex;
    return mutex;
}

struct Character {
    size_t length;       // bytes taken, at least 1
    uint32_t codepoint;  // kInvalid: the first byte starts no UTF-8 sequence
};
constexpr uint32_t kInvalid = UINT32_MAX;

Character next_character(std::string_view text) {
    const auto lead = static_cast<uint8_t>(text[0]);
    if (lead < 0x80) return {1, lead};
    size_t length = 0;
    uint32_t smallest = 0;
    uint32_t codepoint = 0;
    if (lead >= 0xC2 && lead < 0xE0) {
        length = 2, smallest = 0x80, codepoint = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead < 0xF0) {
        length = 3, smallest = 0x800, codepoint = lead & 0x0FU;
    } else if (lead >= 0xF0 && lead < 0xF5) {
        length = 4, smallest = 0x10000, codepoint = lead & 0x07U;
    }
    if (length == 0 || text.size() < length) return {1, kInvalid};
    for (size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<uint8_t>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return {1, kInvalid};
        codepoint = (codepoint << 6U) | (byte & 0x3FU);
    }
    const bool surrogate = codepoint >= 0xD800 && codepoint < 0xE000;
    if (codepoint < smallest || codepoint > 0x10FFFF || surrogate) return {1, kInvalid};
    return {length, codepoint};
}

// Line and paragraph separators count: some viewers break lines at them.
bool is_control(uint32_t codepoint) {
    return codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) || codepoint == 0x2028 ||
           codepoint == 0x2029;
}

void append_hex(std::string& out, const char* prefix, uint32_t value, int digits) {
    char text[16];
    const int length = std::snprintf(text, sizeof text, "%s%0*x", prefix, digits, value);
    out.append(text, static_cast<size_t>(length));
}

bool append_short_escape(std::string& out, uint32_t codepoint) {
    switch (codepoint) {
        case '\n': out += "\\n"; return true;
        case '\r': out += "\\r"; return true;
        case '\t': out += "\\t"; return true;
        case '\\': out += "\\\\"; return true;
        default: return false;
    }
}

// `quoted`: the text stands between double quotes. Outside of quotes a backslash stays single.
void append_escaped(std::string& out, std::string_view text, LogFormat format, bool quoted) {
    const bool json = format == LogFormat::json;
    while (!text.empty()) {
        const auto [length, codepoint] = next_character(text);
        if (codepoint == kInvalid) {
            if (json) {
                out += "\\ufffd";
            } else {
                append_hex(out, "\\x", static_cast<uint8_t>(text[0]), 2);
            }
        } else if (quoted && codepoint == '"') {
            out += "\\\"";
        } else if (!quoted && codepoint == '\\') {
            out += '\\';
        } else if (append_short_escape(out, codepoint)) {
        } else if (is_control(codepoint)) {
            append_hex(out, "\\u", codepoint, 4);
        } else {
            out.append(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    for (const char c : text) {
        const auto byte = static_cast<uint8_t>(c);
        if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '=' || c == '\\') return true;
    }
    return false;
}

void append_number(std::string& out, const LogField& field) {
    if (field.kind == LogField::Kind::boolean) {
        out += field.number != 0 ? "true" : "false";
    } else if (field.kind == LogField::Kind::signed_integer) {
        out += std::to_string(static_cast<int64_t>(field.number));
    } else {
        out += std::to_string(field.number);
    }
}

void append_quoted(std::string& out, std::string_view text, LogFormat format) {
    out += '"';
    append_escaped(out, text, format, true);
    out += '"';
}

void append_time(std::string& out, int64_t wall_ms) {
    const auto seconds = static_cast<time_t>(wall_ms / 1000);
    tm parts{};
    gmtime_r(&seconds, &parts);
    char text[80];
    const int length =
        std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                      parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                      parts.tm_min, parts.tm_sec, static_cast<int>(wall_ms % 1000));
    out.append(text, static_cast<size_t>(length));
}

void render_content(std::string& out, std::string_view message, LogFields fields) {
    append_escaped(out, message, LogFormat::text, false);
    for (const LogField& field : fields) {
        out += ' ';
        append_escaped(out, field.key, LogFormat::text, false);
        out += '=';
        if (field.kind != LogField::Kind::text) {
            append_number(out, field);
        } else if (needs_quotes(field.text)) {
            append_quoted(out, field.text, LogFormat::text);
        } else {
            out += field.text;
        }
    }
}

void render_text(std::string& out, LogLevel level, std::string_view module,
                 std::string_view message, LogFields fields) {
    out += ' ';
    out += name_of(level);
    out += ' ';
    append_escaped(out, module, LogFormat::text, false);
    out += ": ";
    render_content(out, message, fields);
}

void render_json(std::string& out, LogLevel level, std::string_view module,
                 std::string_view message, LogFields fields) {
    out += ",\"level\":\"";
    out += name_of(level);
    out += "\",\"module\":";
    append_quoted(out, module, LogFormat::json);
    out += ",\"message\":";
    append_quoted(out, message, LogFormat::json);
    for (const LogField& field : fields) {
        out += ',';
        append_quoted(out, field.key, LogFormat::json);
        out += ':';
        if (field.kind == LogField::Kind::text) {
            append_quoted(out, field.text, LogFormat::json);
        } else {
            append_number(out, field);
        }
    }
}

void write_all(const char* data, size_t size) {
    const std::lock_guard lock(sink_mutex());
    while (size > 0) {
        const ssize_t written = ::write(STDERR_FILENO, data, size);
        if (written < 0) {
            if (errno == EINTR) continue;
            return;
        }
        data += written;
        size -= static_cast<size_t>(written);
    }
}

}  // namespace

LogTarget::LogTarget(Write write, void* argument) : write_(write), argument_(argument) {
    targets().add(*this);
}

LogTarget::~LogTarget() { targets().remove(*this); }

void LogTarget::configure(LogLevel level, LogFormat format) noexcept {
    level_.store(level, std::memory_order_relaxed);
    format_.store(format, std::memory_order_relaxed);
    targets().changed();
}

void LogTarget::set_level(LogLevel level) noexcept {
    level_.store(level, std::memory_order_relaxed);
    targets().changed();
}

void LogTarget::tap(LogTap* tap) {
    const std::unique_lock lock(mutex_);
    tap_ = tap;
    tapped_.store(tap != nullptr, std::memory_order_relaxed);
}

void LogTarget::tell_tap(int64_t wall_ms, LogLevel level, std::string_view module,
                         std::string_view message, LogFields fields) {
    std::string text;
    render_content(text, message, fields);
    const std::shared_lock lock(mutex_);
    if (tap_ != nullptr) tap_->take(wall_ms, level, module, text);
}

void LogTarget::mute() {
    const std::unique_lock lock(mutex_);
    muted_ = true;
}

void LogTarget::write_line(LogLevel level, std::string& line) {
    if (write_ == nullptr) return write_all(line.data(), line.size());
    line.pop_back();
    const std::shared_lock lock(mutex_);
    if (!muted_) write_(argument_, level, line);
}

LogTarget& log_target() noexcept {
    return bound_target != nullptr ? *bound_target : process_target();
}

LogBinding::LogBinding(LogTarget& target) noexcept
    : before_(std::exchange(bound_target, &target)) {}

LogBinding::~LogBinding() { bound_target = before_; }

void log_configure(LogLevel level, LogFormat format) noexcept {
    log_target().configure(level, format);
}

void log_render(std::string& out, LogFormat format, int64_t wall_ms, LogLevel level,
                std::string_view module, std::string_view message, LogFields fields) {
    if (format == LogFormat::json) {
        out += "{\"time\":\"";
        append_time(out, wall_ms);
        out += '"';
        render_json(out, level, module, message, fields);
        out += "}\n";
    } else {
        append_time(out, wall_ms);
        render_text(out, level, module, message, fields);
        out += '\n';
    }
}

void LogTarget::write(LogLevel level, std::string_view module, std::string_view message,
                      LogFields fields) noexcept {
    using namespace std::chrono;
    if (level < this->level()) return;
    const int saved_errno = errno;
    try {
        const int64_t now_ms =
            duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
        std::string line;
        line.reserve(256);
        log_render(line, format_.load(std::memory_order_relaxed), now_ms, level, module, message,
                   fields);
        write_line(level, line);
        if (tapped_.load(std::memory_order_relaxed))
            tell_tap(now_ms, level, module, message, fields);
    } catch (...) {
        constexpr std::string_view kLost = "a log record was lost: out of memory\n";
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kLost.data(), kLost.size());
    }
    errno = saved_errno;
}

void log_write(LogLevel level, std::string_view module, std::string_view message,
               LogFields fields) noexcept {
    log_target().write(level, module, message, fields);
}

}  // namespace grapnel
