#include "hooks/plugin_stats.h"

namespace grapnel {

void CallTimes::record(uint64_t elapsed_ns) {
    constexpr auto relaxed = std::memory_order_relaxed;
    calls.fetch_add(1, relaxed);
    total_ns.fetch_add(elapsed_ns, relaxed);
    uint64_t longest = max_ns.load(relaxed);
    while (elapsed_ns > longest && !max_ns.compare_exchange_weak(longest, elapsed_ns, relaxed)) {
    }
    size_t bucket = 0;
    while (bucket < kBoundsUs.size() && elapsed_ns > uint64_t{kBoundsUs[bucket]} * 1000) ++bucket;
    buckets[bucket].fetch_add(1, relaxed);
}

}  // namespace grapnel
