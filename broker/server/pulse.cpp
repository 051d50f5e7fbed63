#include "server/pulse.h"

#include <algorithm>

#include "server/worker.h"

namespace grapnel {

int64_t Pulse::silence_ms(int64_t now_ms) {
    while (beats_.size() < workers_.size())
        beats_.push_back({std::make_shared<std::atomic<bool>>(true), now_ms});
    int64_t longest_ms = 0;
    for (size_t i = 0; i < workers_.size(); ++i) {
        Beat& beat = beats_[i];
        if (!beat.answered->exchange(false)) {
            longest_ms = std::max(longest_ms, now_ms - beat.asked_ms);
            continue;
        }
        beat.asked_ms = now_ms;
        workers_[i]->loop.post([answered = beat.answered] { answered->store(true); });
    }
    return longest_ms;
}

}  // namespace grapnel
