#pragma once

#include <deque>
#include <mutex>
#include <string>

namespace grapnel {

// The samples of the last while, each a JSON object. Any thread.
class History {
public:
    static constexpr size_t kSamplesMost = 900;

    void add(std::string sample);
    // A JSON list, oldest first.
    std::string list() const;

private:
    mutable std::mutex mutex_;
    std::deque<std::string> samples_;  // guarded by it
};

}  // namespace grapnel
