#include <array>
#include <random>
#include <string_view>

#include "plan.h"

namespace grapnel::load {

namespace {

// What a subscriber's filters have in the three levels behind the part: its own value of that
// level, or a wildcard.
constexpr std::array<std::string_view, 5> kShapes = {"===", "+==", "=+=", "=#", "++="};

// The value of a subscriber in a level: with 100 subscribers the first two are an address of each,
// and the third is shared by one in seven.
size_t value_of(size_t subscriber, size_t level) {
    switch (level) {
        case 0: return subscriber % 10;
        case 1: return subscriber / 10 % 10;
        default: return subscriber % 7;
    }
}

std::string in_shape(std::string_view shape, const std::string& part, size_t subscriber) {
    std::string text = part;
    for (size_t level = 0; level < shape.size(); ++level) {
        text += '/';
        text += shape[level] == '=' ? std::to_string(value_of(subscriber, level))
                                    : std::string(1, shape[level]);
    }
    return text;
}

}  // namespace

Plan plan_of_wildcards(const Options& options) {
    const auto part = [&](size_t number) {
        return options.prefix() + '/' + std::to_string(number);
    };
    Plan::Parts parts;
    for (size_t i = 0; i < options.subscribers; ++i) {
        auto& filters = parts.filters.emplace_back();
        for (size_t k = 0; k < options.filters; ++k)
            filters.push_back(in_shape(kShapes[k % kShapes.size()], part(k), i));
    }
    // The same in every run: each topic is the address of some subscriber in some part.
    std::minstd_rand random;
    for (size_t i = 0; i < options.topics; ++i) {
        const size_t subscriber = random() % options.subscribers;
        parts.topics.push_back(in_shape(kShapes[0], part(random() % options.filters), subscriber));
    }
    for (size_t i = 0; i < options.publishers; ++i)
        parts.rounds.push_back(
            {.count = options.topics, .start = i * options.topics / options.publishers});
    parts.feeders = options.publishers;
    return Plan(std::move(parts));
}

}  // namespace grapnel::load
