#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "options.h"

namespace grapnel::load {

// Who publishes to which topics and who subscribes to what, and so which deliveries are due. It is
// worked out here alone, without asking the broker.
class Plan {
public:
    // The topics of one publisher: `count` of them from `first` on, again and again, and its first
    // message goes to the one that is `start` places further.
    struct Round {
        size_t first = 0;
        size_t count = 1;
        size_t start = 0;
    };
    struct Parts {
        std::vector<std::string> topics;
        // Of each subscriber. No two of its filters match the same topic.
        std::vector<std::vector<std::string>> filters;
        std::vector<Round> rounds;  // of each publisher
        size_t feeders = 1;         // publishers whose messages reach the same subscriber
    };

    // What number_of gives for a message that is not for the subscriber.
    static constexpr uint64_t kNotDue = std::numeric_limits<uint64_t>::max();

    explicit Plan(Parts parts);

    const std::vector<std::string>& topics() const { return parts_.topics; }
    const std::vector<std::string>& filters(size_t subscriber) const {
        return parts_.filters[subscriber];
    }
    size_t subscribers() const { return parts_.filters.size(); }
    size_t publishers() const { return parts_.rounds.size(); }
    size_t feeders() const { return parts_.feeders; }

    // The topic of a publisher's message.
    size_t topic_of(size_t publisher, uint64_t sequence) const {
        const Round& round = parts_.rounds[publisher];
        if (round.count == 1) return round.first;
        return round.first + (round.start + sequence) % round.count;
    }
    // How many subscribers get what is published to a topic.
    uint32_t receivers(size_t topic) const { return receivers_[topic]; }
    // The number of a message among those that the subscriber gets from the publisher: they rise by
    // one from message to message, beginning with first_number.
    uint64_t number_of(size_t publisher, size_t subscriber, uint64_t sequence) const;
    uint64_t first_number(size_t publisher, size_t subscriber) const;

private:
    static constexpr uint32_t kNoPlace = std::numeric_limits<uint32_t>::max();

    // How many topics of the range the subscriber gets.
    uint32_t count_places(size_t subscriber, size_t first, size_t end) const;

    Parts parts_;
    std::vector<uint32_t> receivers_;  // by topic
    // By topic and subscriber: how many topics before this one the subscriber gets too, if it gets
    // this one.
    std::vector<uint32_t> places_;
    std::vector<uint32_t> per_round_;  // deliveries by publisher and subscriber
};

// As the MQTT standard says; both are valid.
bool filter_matches(std::string_view filter, std::string_view topic);

// Pairs, fan-out, fan-in or all to all, one topic a publisher.
Plan plan_of_topology(const Options& options);

// Every publisher goes through all topics. Each filter of a subscriber is about one part of the
// topics, with wildcards where its shape has them.
Plan plan_of_wildcards(const Options& options);

}  // namespace grapnel::load
