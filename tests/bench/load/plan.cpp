#include "plan.h"

#include <algorithm>
#include <utility>

#include "fail.h"

namespace grapnel::load {

namespace {

constexpr size_t kTableSizeMax = 50'000'000;

void check_size(size_t rows, size_t columns) {
    if (columns != 0 && rows > kTableSizeMax / columns)
        fail("so many clients and topics do not fit into memory");
}

}  // namespace

bool filter_matches(std::string_view filter, std::string_view topic) {
    size_t at = 0;
    for (size_t i = 0; i < filter.size(); ++i) {
        if (filter[i] == '#') return true;
        if (filter[i] == '+') {
            at = std::min(topic.find('/', at), topic.size());
        } else if (at < topic.size() && filter[i] == topic[at]) {
            ++at;
        } else {
            return at == topic.size() && filter.substr(i) == "/#";
        }
    }
    return at == topic.size();
}

Plan::Plan(Parts parts) : parts_(std::move(parts)) {
    check_size(topics().size(), subscribers());
    check_size(publishers(), subscribers());
    receivers_.resize(topics().size());
    places_.assign(topics().size() * subscribers(), kNoPlace);
    for (size_t subscriber = 0; subscriber < subscribers(); ++subscriber) {
        uint32_t place = 0;
        for (size_t topic = 0; topic < topics().size(); ++topic) {
            const auto matches = [&](const std::string& filter) {
                return filter_matches(filter, topics()[topic]);
            };
            if (!std::ranges::any_of(filters(subscriber), matches)) continue;
            places_[topic * subscribers() + subscriber] = place++;
            ++receivers_[topic];
        }
    }
    for (const Round& round : parts_.rounds)
        for (size_t subscriber = 0; subscriber < subscribers(); ++subscriber)
            per_round_.push_back(count_places(subscriber, round.first, round.first + round.count));
}

uint32_t Plan::count_places(size_t subscriber, size_t first, size_t end) const {
    uint32_t count = 0;
    for (size_t topic = first; topic < end; ++topic)
        if (places_[topic * subscribers() + subscriber] != kNoPlace) ++count;
    return count;
}

uint64_t Plan::number_of(size_t publisher, size_t subscriber, uint64_t sequence) const {
    const Round& round = parts_.rounds[publisher];
    const uint32_t place = places_[topic_of(publisher, sequence) * subscribers() + subscriber];
    if (place == kNoPlace) return kNotDue;
    if (round.count == 1) return sequence;
    return (round.start + sequence) / round.count *
               per_round_[publisher * subscribers() + subscriber] +
           place;
}

uint64_t Plan::first_number(size_t publisher, size_t subscriber) const {
    const Round& round = parts_.rounds[publisher];
    return count_places(subscriber, round.first, round.first + round.start);
}

}  // namespace grapnel::load
