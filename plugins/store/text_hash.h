#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace grapnel::store {

// 128 bits that stand for bytes: nobody makes, and nobody meets, two texts that share one.
struct Digest {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    auto operator<=>(const Digest&) const = default;
};

// SipHash-1-3 under a key that is drawn once per process: clients, who choose topics and ids,
// cannot make two that collide. Any thread.
std::uint64_t seeded_hash(std::string_view bytes) noexcept;
Digest digest_of(std::string_view bytes) noexcept;

// For the tables of what clients choose; one asks them with any sort of text.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return seeded_hash(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

}  // namespace grapnel::store
