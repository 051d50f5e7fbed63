#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/address_block.h"
#include "base/lru_table.h"
#include "base/token_bucket.h"

namespace grapnel {

// How many connections per second are let in, of all and of each address. Shared by all workers,
// asked once or twice per connection. Any thread.
class ConnectionRates {
public:
    // 0: no limit.
    void adopt(uint32_t per_second, uint32_t per_address_per_second);

    // May one more come at all?
    bool admit(int64_t now_ms);
    // May one more come from there? Unix sockets always may.
    bool admit_from(const PeerAddress& peer, int64_t now_ms);

    // Beyond so many addresses, those that came longest ago are forgotten.
    static constexpr size_t kAddressesMost = 65'536;

private:
    std::atomic<uint32_t> per_second_{0};
    std::atomic<uint32_t> per_address_per_second_{0};
    std::mutex mutex_;
    TokenBucket all_;  // guarded by mutex_
    LruTable<AddressBlock, TokenBucket, AddressBlockHash> each_{kAddressesMost};  // guarded too
};

}  // namespace grapnel
