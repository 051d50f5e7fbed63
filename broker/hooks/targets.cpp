#include "hooks/targets.h"

#include "base/hash.h"
#include "hooks/abi.h"

namespace grapnel {

namespace {

// Spreads numbers that grow in steps of any size over all remainders.
uint64_t mixed(uint64_t number) {
    return keyed_hash({reinterpret_cast<const char*>(&number), sizeof number}, 0);
}

}  // namespace

Targets::Targets(const Route& route, uint64_t turn) : turn_(mixed(turn)) {
    members_.reserve(route.groups.size());
    for (const Ref<SharedGroup>& group : route.groups) {
        members_.push_back(group->members());
        const auto number = static_cast<uint32_t>(members_.size());
        for (const SharedMember& member : *members_.back())
            entries_.push_back({member.client_id, group->text(), &member, number, false, false});
    }
}

size_t Targets::add(Bytes client_id, Bytes filter) {
    entries_.push_back({client_id, filter, nullptr, 0, false, false});
    return entries_.size() - 1;
}

Targets::Choice Targets::choice(size_t group, SharedMember& out) const {
    const size_t number = group + 1;
    bool any_dropped = false;
    std::vector<const SharedMember*> online;
    std::vector<const SharedMember*> offline;
    for (const Entry& entry : entries_) {
        if (entry.group != number) continue;
        if (entry.picked && !entry.dropped) {
            out = *entry.member;
            return Choice::member;
        }
        if (entry.dropped) {
            any_dropped = true;
            continue;
        }
        const bool here = entry.member->presence && entry.member->presence->online();
        (here ? online : offline).push_back(entry.member);
    }
    if (!any_dropped) return Choice::builtin;
    const auto& candidates = online.empty() ? offline : online;
    if (candidates.empty()) return Choice::nobody;
    out = *candidates[turn_ % candidates.size()];
    return Choice::member;
}

gn_status Targets::target(uint32_t index, gn_target& out) const {
    if (index >= entries_.size()) return GN_E_GONE;
    const Entry& entry = entries_[index];
    out = {};
    out.group = entry.group;
    out.client_id = to_abi(entry.client_id);
    out.filter = to_abi(entry.filter);
    return GN_OK;
}

gn_status Targets::drop(uint32_t index) {
    if (index >= entries_.size()) return GN_E_INVALID;
    entries_[index].dropped = true;
    entries_[index].picked = false;
    return GN_OK;
}

gn_status Targets::pick(uint32_t index) {
    if (index >= entries_.size() || entries_[index].group == 0) return GN_E_INVALID;
    for (Entry& entry : entries_)
        if (entry.group == entries_[index].group) entry.picked = false;
    entries_[index].picked = true;
    entries_[index].dropped = false;
    return GN_OK;
}

}  // namespace grapnel
