#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"

namespace grapnel {

// The last records of a log. Any thread.
class LogRing final : public LogTap {
public:
    static constexpr size_t kLinesMost = 200;
    static constexpr size_t kTextMost = 2000;  // bytes of one; the rest is cut off

    // `came` is called behind each record, inside the log call: see LogTap.
    explicit LogRing(std::function<void()> came) : came_(std::move(came)) {}

    void take(int64_t wall_ms, LogLevel level, std::string_view module,
              std::string_view text) override;

    struct Line {
        uint64_t number;  // counted from 1
        int64_t time_ms;
        LogLevel level;
        std::string module;
        std::string text;
    };
    // The lines that there still are behind that number, oldest first.
    std::vector<Line> after(uint64_t number) const;

private:
    const std::function<void()> came_;
    mutable std::mutex mutex_;  // of what follows
    uint64_t last_ = 0;
    std::deque<Line> lines_;
};

}  // namespace grapnel
