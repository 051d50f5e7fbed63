#include "topics/shared_group.h"

namespace grapnel {

bool SharedGroup::join(SharedMember member) {
    const std::lock_guard lock(mutex_);
    snapshot_.reset();
    const auto found = places_.find(member.subscriber);
    if (found != places_.end()) {
        *found->second = std::move(member);
        return false;
    }
    ring_.push_back(std::move(member));
    const auto place = std::prev(ring_.end());
    places_.emplace(place->subscriber, place);
    return true;
}

bool SharedGroup::leave(SubscriberKey subscriber) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(subscriber);
    if (found == places_.end()) return false;
    snapshot_.reset();
    if (turn_ == found->second) ++turn_;
    ring_.erase(found->second);
    places_.erase(found);
    return true;
}

bool SharedGroup::empty() const {
    const std::lock_guard lock(mutex_);
    return ring_.empty();
}

size_t SharedGroup::size() const {
    const std::lock_guard lock(mutex_);
    return ring_.size();
}

std::shared_ptr<const SharedGroup::Members> SharedGroup::members() const {
    const std::lock_guard lock(mutex_);
    if (!snapshot_) snapshot_ = std::make_shared<Members>(ring_.begin(), ring_.end());
    return snapshot_;
}

bool SharedGroup::pick(SharedMember& out, SubscriberKey except) {
    const std::lock_guard lock(mutex_);
    auto chosen = ring_.end();
    auto candidate = turn_;
    for (size_t left = ring_.size(); left > 0; --left) {
        if (candidate == ring_.end()) candidate = ring_.begin();
        const auto current = candidate++;
        if (current->subscriber == except) continue;
        const bool online = current->presence && current->presence->online();
        if (online || chosen == ring_.end()) chosen = current;
        if (online) break;
    }
    if (chosen == ring_.end()) return false;
    turn_ = std::next(chosen);
    out = *chosen;
    return true;
}

}  // namespace grapnel
