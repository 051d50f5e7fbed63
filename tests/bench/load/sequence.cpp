#include "sequence.h"

namespace grapnel::load {

Arrival Sequence::take_unexpected(uint64_t number) {
    if (gaps_ == nullptr) gaps_ = std::make_unique<std::map<uint64_t, uint64_t>>();
    if (number > next_) {
        gaps_->emplace(number, next_);
        next_ = number + 1;
        return Arrival::kInOrder;
    }
    const auto gap = gaps_->upper_bound(number);
    if (gap == gaps_->end() || number < gap->second) return Arrival::kTwice;
    const uint64_t end = gap->first;
    const uint64_t first = gap->second;
    gaps_->erase(gap);
    if (first < number) gaps_->emplace(number, first);
    if (number + 1 < end) gaps_->emplace(end, number + 1);
    return Arrival::kLate;
}

}  // namespace grapnel::load
