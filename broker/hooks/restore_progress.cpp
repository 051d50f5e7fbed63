#include "hooks/restore_progress.h"

#include <cstdio>

#include "base/log.h"

namespace grapnel {

namespace {

constexpr int64_t kSayEveryMs = 1000;
constexpr uint64_t kWrittenOutBelow = 10'000;

std::string rounded(uint64_t number) {
    if (number < kWrittenOutBelow) return std::to_string(number);
    const bool millions = number >= 1'000'000;
    char text[32];
    const int size =
        std::snprintf(text, sizeof text, "%.1f %c",
                      static_cast<double>(number) / (millions ? 1e6 : 1e3), millions ? 'M' : 'k');
    return {text, static_cast<size_t>(size)};
}

}  // namespace

void RestoreProgress::begin(std::string_view kind) {
    kind_ = kind;
    records_ = expected_ = 0;
}

void RestoreProgress::look(int64_t now_ms) {
    if (now_ms - said_ms_ < kSayEveryMs) return;
    said_ms_ = now_ms;
    if (expected_ == 0) return log_info("hooks", text(), {{"kind", kind_}, {"records", records_}});
    log_info("hooks", text(), {{"kind", kind_}, {"records", records_}, {"of", expected_}});
}

std::string RestoreProgress::text() const {
    const std::string of = expected_ == 0 ? "" : " of " + rounded(expected_);
    return "restored " + rounded(records_) + of + " records";
}

}  // namespace grapnel
