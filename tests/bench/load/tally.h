#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "message.h"
#include "plan.h"
#include "sequence.h"

namespace grapnel::load {

// Holds every delivery against the plan: per publisher and subscriber, in order, and once.
class Tally {
public:
    // The plan outlives the tally.
    explicit Tally(const Plan& plan);

    // Whether the delivery was due to this subscriber and came for the first time.
    bool take(size_t subscriber, const Stamp& stamp) {
        const uint64_t number = plan_.number_of(stamp.publisher, subscriber, stamp.sequence);
        if (number == Plan::kNotDue) {
            ++strays_;
            return false;
        }
        const size_t cell = subscriber * plan_.publishers() + stamp.publisher;
        const Arrival arrival = sequences_[cell].take(number);
        if (arrival == Arrival::kTwice) {
            ++duplicates_;
            return false;
        }
        if (arrival == Arrival::kLate) ++reordered_;
        ++delivered_;
        return true;
    }

    uint64_t delivered() const { return delivered_; }  // duplicates and strays left aside
    uint64_t duplicates() const { return duplicates_; }
    uint64_t reordered() const { return reordered_; }
    uint64_t strays() const { return strays_; }  // at a subscriber that should not get them

private:
    const Plan& plan_;
    std::vector<Sequence> sequences_;  // by subscriber and publisher
    uint64_t delivered_ = 0;
    uint64_t duplicates_ = 0;
    uint64_t reordered_ = 0;
    uint64_t strays_ = 0;
};

}  // namespace grapnel::load
