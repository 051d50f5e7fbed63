#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "store/kind.h"
#include "store/text_hash.h"

namespace grapnel::store {

// The keys of records that were given, by a digest of each, so that a million take 16 MB. One
// thread.
class GivenKeys {
public:
    void add(Kind kind, std::string_view key) { of(kind).push_back(digest_of(key)); }

    // Asks of one kind, for which nothing is added any more.
    class Sorted {
    public:
        explicit Sorted(std::vector<Digest> digests) : digests_(std::move(digests)) {
            std::ranges::sort(digests_);
        }
        bool contains(std::string_view key) const {
            return std::ranges::binary_search(digests_, digest_of(key));
        }

    private:
        std::vector<Digest> digests_;
    };
    Sorted take(Kind kind) { return Sorted(std::exchange(of(kind), {})); }

private:
    std::vector<Digest>& of(Kind kind) { return digests_[static_cast<std::size_t>(kind)]; }

    std::array<std::vector<Digest>, kKinds> digests_;
};

}  // namespace grapnel::store
