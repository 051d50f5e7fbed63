#include "session/aliases.h"

namespace grapnel {

namespace {

// However many aliases a client allows: what the broker remembers for one connection.
constexpr uint16_t kOutboundMost = 64;

}  // namespace

bool Aliases::set(uint16_t alias, Bytes topic) {
    if (alias == 0 || alias > inbound_maximum_) return false;
    if (inbound_.size() < alias) inbound_.resize(alias);
    std::string& place = inbound_[alias - 1u];
    const size_t bytes = inbound_bytes_ - place.size() + topic.size();
    if (bytes > kInboundMost_bytes) return false;
    place.assign(topic);
    inbound_bytes_ = bytes;
    return true;
}

Bytes Aliases::topic_of(uint16_t alias) const {
    if (alias == 0 || alias > inbound_.size()) return {};
    return inbound_[alias - 1u];
}

uint16_t Aliases::use(Bytes topic, bool& fresh) {
    fresh = false;
    const auto found = outbound_.find(topic);
    if (found != outbound_.end()) return found->second;
    const size_t most = outbound_maximum_ < kOutboundMost ? outbound_maximum_ : kOutboundMost;
    if (outbound_.size() >= most || outbound_bytes_ + topic.size() > kOutboundMost_bytes) return 0;
    outbound_bytes_ += topic.size();
    fresh = true;
    const auto alias = static_cast<uint16_t>(outbound_.size() + 1);
    outbound_.emplace(topic, alias);
    return alias;
}

}  // namespace grapnel
