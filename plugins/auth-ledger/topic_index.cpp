#include "topic_index.h"

#include <algorithm>

namespace grapnel::ledger {

namespace {

// Where the level that begins there ends.
std::size_t end_of_level(std::string_view text, std::size_t begin) noexcept {
    return std::min(text.find('/', begin), text.size());
}

}  // namespace

void TopicIndex::add(const Filter& filter, std::uint32_t number) {
    const std::optional<std::string_view> literal = filter.literal_levels();
    if (!literal) return anywhere_.push_back(number);
    Numbers* numbers = nullptr;
    std::size_t end = 0;
    for (std::size_t level = 0; level < kLevelsMost; ++level) {
        end = end_of_level(*literal, end);
        numbers = &below_[std::string(literal->substr(0, end))];
        if (end++ == literal->size()) break;
    }
    numbers->push_back(number);
}

TopicIndex::Candidates TopicIndex::find(std::string_view topic) const noexcept {
    Candidates candidates;
    candidates.add(anywhere_);
    std::size_t end = 0;
    for (std::size_t level = 0; level < kLevelsMost; ++level) {
        end = end_of_level(topic, end);
        const auto found = below_.find(topic.substr(0, end));
        if (found == below_.end()) break;
        candidates.add(found->second);
        if (end++ == topic.size()) break;
    }
    return candidates;
}

std::span<const std::uint32_t>* TopicIndex::Candidates::lowest() noexcept {
    std::span<const std::uint32_t>* found = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
        if (lists[i].empty()) continue;
        if (found == nullptr || lists[i].front() < found->front()) found = &lists[i];
    }
    return found;
}

}  // namespace grapnel::ledger
