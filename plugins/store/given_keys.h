#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "store/kind.h"

namespace grapnel::store {

// The keys of records that were given, by a hash of each, so that a million take 8 MB. Two that
// share one are the same: of a million beside a million that happens once in some ten million
// times. One thread.
class GivenKeys {
public:
    void add(Kind kind, std::string_view key) { of(kind).push_back(hash(key)); }

    // Asks of one kind, for which nothing is added any more.
    class Sorted {
    public:
        explicit Sorted(std::vector<std::size_t> hashes) : hashes_(std::move(hashes)) {
            std::ranges::sort(hashes_);
        }
        bool contains(std::string_view key) const {
            return std::ranges::binary_search(hashes_, hash(key));
        }

    private:
        std::vector<std::size_t> hashes_;
    };
    Sorted take(Kind kind) { return Sorted(std::exchange(of(kind), {})); }

private:
    static std::size_t hash(std::string_view key) { return std::hash<std::string_view>{}(key); }
    std::vector<std::size_t>& of(Kind kind) { return hashes_[static_cast<std::size_t>(kind)]; }

    std::array<std::vector<std::size_t>, kKinds> hashes_;
};

}  // namespace grapnel::store
