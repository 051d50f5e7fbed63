#include "server/connection_rates.h"

namespace grapnel {

void ConnectionRates::adopt(uint32_t per_second, uint32_t per_address_per_second) {
    per_second_.store(per_second, std::memory_order_relaxed);
    per_address_per_second_.store(per_address_per_second, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    all_ = {};
    each_.clear();
}

bool ConnectionRates::admit(int64_t now_ms) {
    const uint32_t per_second = per_second_.load(std::memory_order_relaxed);
    if (per_second == 0) return true;
    const std::lock_guard lock(mutex_);
    return all_.take(per_second, now_ms);
}

bool ConnectionRates::admit_from(const PeerAddress& peer, int64_t now_ms) {
    const uint32_t per_second = per_address_per_second_.load(std::memory_order_relaxed);
    if (per_second == 0) return true;
    const auto block = AddressBlock::of(peer);
    if (!block) return true;
    const std::lock_guard lock(mutex_);
    return each_.touch(*block).take(per_second, now_ms);
}

}  // namespace grapnel
