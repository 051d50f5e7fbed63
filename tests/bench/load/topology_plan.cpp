#include "plan.h"

namespace grapnel::load {

Plan plan_of_topology(const Options& options) {
    const bool one_publisher = options.topology == Topology::kFanout;
    const bool one_subscriber = options.topology == Topology::kFanin;
    const bool pairs = options.topology == Topology::kPairs;
    const size_t publishers = one_publisher ? 1 : options.publishers;
    const size_t subscribers = pairs ? publishers : one_subscriber ? 1 : options.subscribers;
    const bool one_topic = one_publisher || options.topology == Topology::kAll;

    const std::string stem = options.prefix() + "/t/";
    Plan::Parts parts;
    if (one_topic) parts.topics.push_back(stem + "all");
    for (size_t i = 0; i < publishers; ++i) {
        if (!one_topic) parts.topics.push_back(stem + std::to_string(i));
        parts.rounds.push_back({.first = one_topic ? 0 : i});
    }
    for (size_t i = 0; i < subscribers; ++i)
        parts.filters.push_back({one_subscriber ? stem + "+" : parts.topics[pairs ? i : 0]});
    parts.feeders = pairs ? 1 : publishers;
    return Plan(std::move(parts));
}

}  // namespace grapnel::load
