#include "server/login_bans.h"

#include <algorithm>

namespace grapnel {

void LoginBans::adopt(const config::LoginLimits& settings) {
    const std::lock_guard lock(mutex_);
    if (settings == settings_) return;
    settings_ = settings;
    records_.clear();
    any_.store(false);
    last_ban_ends_ms_.store(0);
}

bool LoginBans::banned(const PeerAddress& peer, int64_t now_ms) {
    if (now_ms >= last_ban_ends_ms_.load(std::memory_order_relaxed)) return false;
    const auto block = AddressBlock::of(peer);
    if (!block) return false;
    const std::lock_guard lock(mutex_);
    const Record* const record = records_.find(*block);
    return record != nullptr && now_ms < record->banned_until_ms;
}

bool LoginBans::failed(const PeerAddress& peer, int64_t now_ms) {
    const auto block = AddressBlock::of(peer);
    if (!block) return false;
    const std::lock_guard lock(mutex_);
    if (settings_.failures == 0 || contains(settings_.exempt, peer)) return false;
    any_.store(true);
    Record& record = records_.touch(*block);
    if (now_ms < record.banned_until_ms) return false;  // it had connected before
    const int64_t since_ms = now_ms - static_cast<int64_t>(settings_.within_ms);
    std::erase_if(record.failures_ms, [&](int64_t failed_ms) { return failed_ms <= since_ms; });
    record.failures_ms.push_back(now_ms);
    if (record.failures_ms.size() < settings_.failures) return false;
    record.failures = static_cast<uint32_t>(record.failures_ms.size());
    record.failures_ms = {};
    record.banned_until_ms = now_ms + static_cast<int64_t>(settings_.ban_ms);
    last_ban_ends_ms_.store(std::max(last_ban_ends_ms_.load(), record.banned_until_ms));
    return true;
}

std::vector<LoginBans::Ban> LoginBans::all(int64_t now_ms) {
    std::vector<Ban> bans;
    if (now_ms >= last_ban_ends_ms_.load(std::memory_order_relaxed)) return bans;
    const std::lock_guard lock(mutex_);
    records_.for_each([&](const AddressBlock& block, const Record& record) {
        if (now_ms < record.banned_until_ms)
            bans.push_back({block, record.banned_until_ms, record.failures});
    });
    return bans;
}

bool LoginBans::lift(const AddressBlock& block, int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const Record* const record = records_.find(block);
    if (record == nullptr || now_ms >= record->banned_until_ms) return false;
    records_.erase(block);
    return true;
}

void LoginBans::succeeded(const PeerAddress& peer, int64_t now_ms) {
    if (!any_.load(std::memory_order_relaxed)) return;
    const auto block = AddressBlock::of(peer);
    if (!block) return;
    const std::lock_guard lock(mutex_);
    const Record* const record = records_.find(*block);
    if (record == nullptr || now_ms >= record->banned_until_ms) records_.erase(*block);
}

}  // namespace grapnel
