#include "topics/change_log.h"

#include "topics/filter.h"

namespace grapnel {

void ChangeLog::add(uint64_t generation, Bytes filter) { filters_[generation % kKept] = filter; }

bool ChangeLog::touched(Bytes topic, uint64_t since, uint64_t now) const {
    if (now - since > kKept) return true;
    for (uint64_t generation = since + 1; generation <= now; ++generation)
        if (filter_matches(filters_[generation % kKept], topic)) return true;
    return false;
}

}  // namespace grapnel
