#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "match.h"
#include "text_hash.h"

namespace grapnel::ledger {

// Which of many filters may match a topic: those whose literal levels in front are levels that the
// topic begins with. Built once; then read by all loops at once.
class TopicIndex {
public:
    // Requires: a number above those before.
    void add(const Filter& filter, std::uint32_t number);

    // Calls visit(number) for the filters that may match, in the order of their numbers, until one
    // call answers. Filters whose literal levels the topic does not begin with are left out.
    template <class F>
    std::optional<bool> first_answer(std::string_view topic, F visit) const {
        Candidates candidates = find(topic);
        while (std::span<const std::uint32_t>* next = candidates.lowest()) {
            const std::optional<bool> answer = visit(next->front());
            if (answer) return answer;
            *next = next->subspan(1);
        }
        return std::nullopt;
    }

private:
    using Numbers = std::vector<std::uint32_t>;
    // Beyond these, levels are compared by the filters alone.
    static constexpr std::size_t kLevelsMost = 16;

    // Lists in the order of their numbers.
    struct Candidates {
        std::array<std::span<const std::uint32_t>, kLevelsMost + 1> lists;
        std::size_t count = 0;

        void add(const Numbers& numbers) noexcept {
            if (!numbers.empty()) lists[count++] = numbers;
        }
        // The list whose first number is the lowest of all; null if all are empty.
        std::span<const std::uint32_t>* lowest() noexcept;
    };

    Candidates find(std::string_view topic) const noexcept;

    Numbers anywhere_;  // filters that do not begin with a literal level
    // By the literal levels that they begin with. Each key's shorter beginnings are keys too.
    std::unordered_map<std::string, Numbers, TextHash, std::equal_to<>> below_;
};

}  // namespace grapnel::ledger
