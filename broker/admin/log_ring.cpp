#include "admin/log_ring.h"

namespace grapnel {

void LogRing::take(int64_t wall_ms, LogLevel level, std::string_view module,
                   std::string_view text) {
    Line line{0, wall_ms, level, std::string(module), std::string(text.substr(0, kTextMost))};
    {
        const std::lock_guard lock(mutex_);
        line.number = ++last_;
        if (lines_.size() == kLinesMost) lines_.pop_front();
        lines_.push_back(std::move(line));
    }
    came_();
}

std::vector<LogRing::Line> LogRing::after(uint64_t number) const {
    std::vector<Line> lines;
    const std::lock_guard lock(mutex_);
    for (const Line& line : lines_)
        if (line.number > number) lines.push_back(line);
    return lines;
}

}  // namespace grapnel
