#include "hooks/pending.h"

#include "hooks/plugin.h"

namespace grapnel {

Handle PendingTable::handle_of(gn_ticket ticket) const {
    if (loop_of(ticket) != loop_) return 0;
    return (ticket & ~uint64_t{0xffffffffu}) | (ticket & ((1u << kIndexBits) - 1));
}

gn_ticket PendingTable::open(const Plugin& plugin) {
    auto pending = std::make_unique<Pending>();
    pending->plugin = &plugin;
    const std::lock_guard lock(lock_);
    if (slots_.size() >= (1u << kIndexBits) - 2) return 0;
    const Handle handle = slots_.insert(std::move(pending));
    plugin.stats().outstanding.fetch_add(1, std::memory_order_relaxed);
    return handle | (uint64_t{loop_} << kIndexBits);
}

Pending* PendingTable::find(gn_ticket ticket) {
    const std::lock_guard lock(lock_);
    const auto* found = slots_.find(handle_of(ticket));
    return found == nullptr ? nullptr : found->get();
}

std::unique_ptr<Pending> PendingTable::take(gn_ticket ticket, Ended ended) {
    std::unique_ptr<Pending> pending;
    {
        const std::lock_guard lock(lock_);
        auto* found = slots_.find(handle_of(ticket));
        if (found == nullptr) return nullptr;
        pending = std::move(*found);
        slots_.erase(handle_of(ticket));
        if (ended != Ended::gone) ends_[next_end_++ % kEndsMax] = {ticket, pending->plugin, ended};
    }
    pending->plugin->stats().outstanding.fetch_sub(1, std::memory_order_release);
    disarm(ticket, *pending);
    if (pending->question.waiter != nullptr) remove_waiter(ticket, pending->question.waiter);
    return pending;
}

Ended PendingTable::end_of(gn_ticket ticket, const Plugin& plugin) const {
    for (const End& end : ends_)
        if (end.ticket == ticket && end.plugin == &plugin) return end.ended;
    return Ended::gone;
}

gn_status PendingTable::complete(const Plugin& plugin, Completion completion, bool& wake,
                                 Ended& ended) {
    const std::lock_guard lock(lock_);
    auto* found = slots_.find(handle_of(completion.ticket));
    if (found == nullptr) {
        ended = end_of(completion.ticket, plugin);
        return GN_E_GONE;
    }
    if ((*found)->plugin != &plugin) return GN_E_GONE;
    if ((*found)->completed) {
        ended = Ended::answered;
        return GN_E_GONE;
    }
    (*found)->completed = true;
    wake = completions_.empty();
    completions_.push_back(std::move(completion));
    return GN_OK;
}

std::vector<Completion> PendingTable::take_completions() {
    const std::lock_guard lock(lock_);
    return std::exchange(completions_, {});
}

void PendingTable::arm(gn_ticket ticket, Pending& pending, int64_t deadline_ms) {
    disarm(ticket, pending);
    pending.deadline_ms = deadline_ms;
    deadlines_.emplace(deadline_ms, ticket);
}

void PendingTable::disarm(gn_ticket ticket, Pending& pending) {
    if (pending.deadline_ms == 0) return;
    deadlines_.erase({pending.deadline_ms, ticket});
    pending.deadline_ms = 0;
}

void PendingTable::remove_waiter(gn_ticket ticket, Waiter* waiter) {
    const auto [first, last] = waiters_.equal_range(waiter);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second != ticket) continue;
        waiters_.erase(entry);
        return;
    }
}

std::vector<gn_ticket> PendingTable::tickets_of(Waiter* waiter) const {
    std::vector<gn_ticket> tickets;
    const auto [first, last] = waiters_.equal_range(waiter);
    for (auto entry = first; entry != last; ++entry) tickets.push_back(entry->second);
    return tickets;
}

std::vector<gn_ticket> PendingTable::questions() {
    std::vector<gn_ticket> tickets;
    for (const auto& [waiter, ticket] : waiters_) tickets.push_back(ticket);
    return tickets;
}

}  // namespace grapnel
