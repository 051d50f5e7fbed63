#include "admin/history.h"

namespace grapnel {

void History::add(std::string sample) {
    const std::lock_guard lock(mutex_);
    if (samples_.size() == kSamplesMost) samples_.pop_front();
    samples_.push_back(std::move(sample));
}

std::string History::list() const {
    std::string text = "[";
    const std::lock_guard lock(mutex_);
    for (const std::string& sample : samples_) {
        if (text.size() > 1) text += ',';
        text += sample;
    }
    return text + "]";
}

}  // namespace grapnel
