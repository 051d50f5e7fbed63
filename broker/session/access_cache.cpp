#include "session/access_cache.h"

namespace grapnel {

namespace {

constexpr uint32_t kCapacityFirst = 4;
constexpr uint32_t kCapacityMaximum = 1024;  // 16 KiB a client at most

}  // namespace

void AccessCache::reset(uint64_t epoch) {
    entries_.reset();
    capacity_ = 0;
    used_ = 0;
    epoch_ = epoch;
}

AccessCache::Answer AccessCache::find(uint64_t key, uint64_t epoch) {
    if (epoch != epoch_) reset(epoch);
    if (capacity_ == 0) return Answer::unknown;
    const Entry& entry = entries_[key & (capacity_ - 1)];
    if (entry.key != key) return Answer::unknown;
    return static_cast<Answer>(entry.answer);
}

void AccessCache::store(uint64_t key, uint64_t epoch, bool allowed) {
    if (epoch != epoch_) reset(epoch);
    if (capacity_ == 0 || (used_ * 2 > capacity_ && capacity_ < kCapacityMaximum)) {
        const uint32_t capacity = capacity_ == 0 ? kCapacityFirst : capacity_ * 4;
        auto entries = std::make_unique<Entry[]>(capacity);
        used_ = 0;
        for (uint32_t i = 0; i < capacity_; ++i) {
            if (entries_[i].answer == 0) continue;
            entries[entries_[i].key & (capacity - 1)] = entries_[i];
            ++used_;
        }
        entries_ = std::move(entries);
        capacity_ = capacity;
    }
    Entry& entry = entries_[key & (capacity_ - 1)];
    if (entry.answer == 0) ++used_;
    entry.key = key;
    entry.answer = static_cast<uint64_t>(allowed ? Answer::allowed : Answer::denied);
}

}  // namespace grapnel
