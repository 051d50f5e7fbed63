#include "store/text_hash.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "plugins/store/twins.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

TEST_CASE("equal bytes have one hash, wherever they lie") {
    const std::string text = "0123456789abcdef0123456789";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string shifted = 'x' + text.substr(0, size);
        const std::string_view here = std::string_view(text).substr(0, size);
        const std::string_view there = std::string_view(shifted).substr(1);
        CHECK(seeded_hash(here) == seeded_hash(there));
        CHECK(digest_of(here) == digest_of(there));
        CHECK(TextHash{}(here) == seeded_hash(there));
    }
    CHECK(seeded_hash({}) == seeded_hash(std::string_view("")));
}

TEST_CASE("other bytes have another hash") {
    std::set<std::uint64_t> hashes;
    std::set<Digest> digests;
    std::size_t texts = 0;
    const auto add = [&](std::string_view text) {
        hashes.insert(seeded_hash(text));
        digests.insert(digest_of(text));
        ++texts;
    };
    const std::string zeros(40, '\0');
    for (std::size_t size = 0; size <= zeros.size(); ++size) {
        add(std::string_view(zeros).substr(0, size));
        for (std::size_t bit = 0; bit < size * 8; ++bit) {
            std::string text = zeros.substr(0, size);
            text[bit / 8] = static_cast<char>(1 << bit % 8);
            add(text);
        }
    }
    for (std::size_t number = 0; number < 5000; ++number) add(colliding_topic(number));
    CHECK(hashes.size() == texts);
    CHECK(digests.size() == texts);
    const Digest digest = digest_of("text");
    CHECK(digest.first != digest.second);
}
