#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "ledger.h"

namespace grapnel::ledger {

// The rules in force, replaced as a whole. Thread: any.
class SharedRules {
public:
    explicit SharedRules(std::shared_ptr<const Ledger> rules) : rules_(std::move(rules)) {}

    // Every check that begins after this returns sees the new rules.
    void replace(std::shared_ptr<const Ledger> rules) {
        const std::lock_guard lock(mutex_);
        rules_.swap(rules);
        generation_.fetch_add(1, std::memory_order_release);
    }
    std::uint64_t generation() const noexcept {
        return generation_.load(std::memory_order_acquire);
    }
    std::shared_ptr<const Ledger> current() const {
        const std::lock_guard lock(mutex_);
        return rules_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Ledger> rules_;  // guarded by mutex_
    std::atomic<std::uint64_t> generation_{1};
};

// One loop's view of the rules: no lock and no shared write until they are replaced.
// Thread: its loop.
class RulesReader {
public:
    explicit RulesReader(const SharedRules& shared) : shared_(shared) {}  // which outlives this

    // Valid until the next call.
    const std::shared_ptr<const Ledger>& get() {
        const std::uint64_t now = shared_.generation();
        if (now != seen_) {
            // A replacement in between only makes the copy newer than `now`: it is taken again.
            rules_ = shared_.current();
            seen_ = now;
        }
        return rules_;
    }

private:
    const SharedRules& shared_;
    std::shared_ptr<const Ledger> rules_;
    std::uint64_t seen_ = 0;
};

}  // namespace grapnel::ledger
