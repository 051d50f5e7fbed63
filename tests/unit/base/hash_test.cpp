#include "base/hash.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace grapnel;

TEST_CASE("the hash depends on every byte, the size and the key") {
    std::set<uint64_t> seen;
    size_t count = 0;
    for (size_t size = 0; size <= 70; ++size) {
        const std::string zeros(size, '\0');
        for (const uint64_t key : {0x0123456789abcdefu, 0xfedcba9876543211u}) {
            seen.insert(keyed_hash(zeros, key));
            ++count;
            for (size_t at = 0; at < size; ++at) {
                std::string changed = zeros;
                changed[at] = '\1';
                seen.insert(keyed_hash(changed, key));
                ++count;
            }
        }
    }
    CHECK(seen.size() == count);
}

TEST_CASE("the hash is the same wherever the bytes lie") {
    const std::string text = "0123456789abcdefghijklmnopqrstuvwxyz";
    for (size_t shift = 0; shift < 8; ++shift) {
        const std::string shifted = std::string(shift, '-') + text;
        CHECK(keyed_hash(Bytes(shifted).substr(shift), 99) == keyed_hash(text, 99));
    }
    CHECK(BytesHash{}(text) == BytesHash{}(std::string(text)));
    CHECK(BytesHash{}(text) == keyed_hash(text, hash_secret()));
}

TEST_CASE("low and high bits spread names that count upwards") {
    constexpr size_t kBuckets = 64;
    std::vector<int> low(kBuckets);
    std::vector<int> high(kBuckets);
    for (int number = 0; number < 64'000; ++number) {
        const uint64_t hash = keyed_hash("device/" + std::to_string(number), 12345);
        ++low[hash % kBuckets];
        ++high[hash >> 58];
    }
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
        CHECK(low[bucket] > 800);
        CHECK(low[bucket] < 1'200);
        CHECK(high[bucket] > 800);
        CHECK(high[bucket] < 1'200);
    }
}
