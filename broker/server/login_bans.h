#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/address_block.h"
#include "base/lru_table.h"
#include "config/config.h"

namespace grapnel {

// Addresses from which too many logins failed, which may not connect for a while. Shared by all
// workers; a lock is taken per login that failed, and per connection while somebody is banned. Any
// thread.
class LoginBans {
public:
    // What was counted is forgotten when the settings differ.
    void adopt(const config::LoginLimits& settings);

    // May nobody connect from there now?
    bool banned(const PeerAddress& peer, int64_t now_ms);
    // A login from there was refused. True if the address is banned from now on for it.
    bool failed(const PeerAddress& peer, int64_t now_ms);
    // One was accepted: failures before it do not count any more. A ban stays.
    void succeeded(const PeerAddress& peer, int64_t now_ms);

    // An address that is banned now.
    struct Ban {
        AddressBlock block;
        int64_t until_ms;
        uint32_t failures;  // that led to it
    };
    std::vector<Ban> all(int64_t now_ms);
    // Lets it come again, as if nothing had been. False: it was not banned.
    bool lift(const AddressBlock& block, int64_t now_ms);

    // Beyond so many addresses, those that failed longest ago are forgotten.
    static constexpr size_t kAddressesMost = 65'536;

private:
    struct Record {
        std::vector<int64_t> failures_ms;  // the last ones, the oldest first
        int64_t banned_until_ms = 0;
        uint32_t failures = 0;  // that led to the ban
    };

    std::atomic<bool> any_{false};              // is anybody recorded?
    std::atomic<int64_t> last_ban_ends_ms_{0};  // nobody is banned from then on
    std::mutex mutex_;                          // of all below
    config::LoginLimits settings_;
    LruTable<AddressBlock, Record, AddressBlockHash> records_{kAddressesMost};
};

}  // namespace grapnel
