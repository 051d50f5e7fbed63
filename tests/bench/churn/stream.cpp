#include "stream.h"

#include <algorithm>
#include <cstring>

namespace grapnel::churn {

void write_mark(std::string& payload, const Mark& mark) {
    std::memcpy(payload.data(), &mark.number, sizeof mark.number);
    std::memcpy(payload.data() + sizeof mark.number, &mark.stream, sizeof mark.stream);
}

bool read_mark(std::string_view payload, Mark& mark) {
    if (payload.size() < kMarkSize) return false;
    std::memcpy(&mark.number, payload.data(), sizeof mark.number);
    std::memcpy(&mark.stream, payload.data() + sizeof mark.number, sizeof mark.stream);
    return true;
}

bool Arrivals::note(uint64_t number) {
    if (number < next_) return false;
    const size_t place = number - next_;
    if (place == 0 && beyond_.empty()) {
        ++next_;
        return true;
    }
    if (place >= beyond_.size()) beyond_.resize(place + 1);
    if (beyond_[place]) return false;
    beyond_[place] = true;
    for (; !beyond_.empty() && beyond_.front(); ++next_) beyond_.pop_front();
    return true;
}

uint64_t Arrivals::missing(uint64_t sent) const {
    const auto there = std::count(beyond_.begin(), beyond_.end(), true);
    return sent - next_ - static_cast<uint64_t>(there);
}

uint64_t Arrivals::forgive() {
    const uint64_t given_up = missing(next_ + beyond_.size());
    next_ += beyond_.size();
    beyond_.clear();
    return given_up;
}

Ledger::Ledger(const Streams& streams, std::string_view filter, bool shared)
    : streams_(streams), shared_(shared), arrivals_(streams.size()) {
    for (const Stream& stream : streams)
        covered_.push_back(filter.ends_with("/#")
                               ? stream.topic.starts_with(filter.substr(0, filter.size() - 1))
                               : stream.topic == filter);
}

void Ledger::note(World& world, const Mark& mark, std::string_view topic,
                  std::vector<uint64_t>& highest) {
    if (mark.stream >= streams_.size() || !covered_[mark.stream] ||
        streams_[mark.stream].topic != topic || mark.number >= streams_[mark.stream].sent)
        return world.tally.add(Fault::unknown);
    const uint8_t qos = streams_[mark.stream].qos;
    Arrivals& arrivals = arrivals_[mark.stream];
    if (!arrivals.note(mark.number)) {
        if (qos != 1) return world.tally.add(Fault::duplicated);
        ++world.tally.repeated;
        return;
    }
    ++world.tally.delivered;
    if (qos == 0) world.tally.dropped += arrivals.forgive();
    highest.resize(streams_.size());
    // What is sent again at QoS 1 is one more message: another member may get it, and later ones
    // before.
    const bool ordered = !shared_ || qos != 1;
    if (ordered && mark.number < highest[mark.stream]) world.tally.add(Fault::reordered);
    highest[mark.stream] = std::max(highest[mark.stream], mark.number);
}

uint64_t Ledger::missing() const {
    uint64_t total = 0;
    for (size_t i = 0; i < streams_.size(); ++i)
        if (covered_[i] && streams_[i].qos != 0) total += arrivals_[i].missing(streams_[i].sent);
    return total;
}

}  // namespace grapnel::churn
