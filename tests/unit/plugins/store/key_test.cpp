#include "store/key.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace grapnel::store;

namespace {

using Pair = std::pair<std::string, std::string>;

std::string key_of(const Pair& pair) { return owned_key(pair.first, pair.second); }

std::string big_endian(std::uint64_t value) {
    std::string bytes;
    put_u64(bytes, value);
    return bytes;
}

// Pairs of few letters, among them zeros and what could be lengths, so that many are alike.
std::vector<Pair> alike_pairs(std::size_t count) {
    std::mt19937 random(11);
    const std::string letters{'\0', '\1', '\2', 'a', '/', '\xff'};
    const auto text = [&] {
        std::string made(random() % 5, ' ');
        for (char& letter : made) letter = letters[random() % letters.size()];
        return made;
    };
    std::vector<Pair> pairs;
    while (pairs.size() < count) {
        std::string client_id = text();
        pairs.emplace_back(std::move(client_id), text());
    }
    return pairs;
}

}  // namespace

TEST_CASE("a key is the length, the client id and the rest") {
    CHECK(owned_key("ab", "c/d") == std::string("\0\2ab", 4) + "c/d");
    CHECK(owned_key("", "") == std::string(2, '\0'));
    CHECK(owned_key(std::string(0x0102, 'i'), "").substr(0, 3) == "\1\2i");
}

TEST_CASE("what is put goes behind what is there") {
    std::string key = "x";
    put_owner(key, "a");
    put_u16(key, 0x0102);
    put_u64(key, 0x030405060708090a);
    CHECK(key == std::string("x\0\1a", 4) + "\1\2\3\4\5\6\7\x8\x9\xa");
}

TEST_CASE("no two pairs of client id and rest have one key") {
    std::map<std::string, Pair> seen;
    for (const Pair& pair : alike_pairs(20'000)) {
        const auto [at, added] = seen.emplace(key_of(pair), pair);
        CHECK(at->second == pair);
    }
    CHECK(seen.size() > 10'000);
}

TEST_CASE("a key is taken apart into what it was made of") {
    auto pairs = alike_pairs(2'000);
    pairs.emplace_back(std::string(65'535, 'x'), "rest");
    for (const Pair& pair : pairs) {
        std::string_view client_id;
        std::string_view rest;
        const std::string key = key_of(pair);
        REQUIRE(split_owned(key, client_id, rest));
        CHECK(client_id == pair.first);
        CHECK(rest == pair.second);
    }
}

TEST_CASE("the keys of a client are neighbours and begin as no other key does") {
    const auto pairs = alike_pairs(5'000);
    std::map<std::string, std::string> owners;
    for (const Pair& pair : pairs) owners[key_of(pair)] = pair.first;
    std::vector<std::string> runs;
    for (const auto& [key, owner] : owners) {
        if (runs.empty() || runs.back() != owner) runs.push_back(owner);
    }
    std::sort(runs.begin(), runs.end());
    CHECK(std::adjacent_find(runs.begin(), runs.end()) == runs.end());
    for (const std::string& owner : runs) {
        const std::string beginning = owned_key(owner, "");
        for (const auto& [key, of] : owners) {
            if (key.starts_with(beginning) != (of == owner)) FAIL("a key of another client");
        }
    }
}

TEST_CASE("numbers sort by value") {
    std::vector<std::uint64_t> numbers{0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000};
    numbers.push_back(std::numeric_limits<std::uint64_t>::max());
    std::mt19937_64 random(5);
    for (int i = 0; i < 1'000; ++i) numbers.push_back(random() >> (random() % 64));
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const std::uint64_t left = numbers[i - 1];
        const std::uint64_t right = numbers[i];
        CHECK((big_endian(left) < big_endian(right)) == (left < right));
        std::string left_u16;
        std::string right_u16;
        put_u16(left_u16, static_cast<std::uint16_t>(left));
        put_u16(right_u16, static_cast<std::uint16_t>(right));
        CHECK((left_u16 < right_u16) == ((left & 0xffff) < (right & 0xffff)));
    }
}

TEST_CASE("numbers are read as they were put") {
    for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{0x80ff}, ~std::uint64_t{0}}) {
        std::uint64_t read = 1;
        CHECK(read_u64(big_endian(value), read));
        CHECK(read == value);
    }
    std::uint16_t read = 0;
    CHECK(read_u16("\x80\xff", read));
    CHECK(read == 0x80ff);
}

TEST_CASE("what no key is made of is refused") {
    std::string_view client_id;
    std::string_view rest;
    CHECK_FALSE(split_owned("", client_id, rest));
    CHECK_FALSE(split_owned(std::string_view("\0", 1), client_id, rest));
    CHECK_FALSE(split_owned(std::string_view("\0\1", 2), client_id, rest));
    CHECK_FALSE(
        split_owned("\xff\xff"
                    "abc",
                    client_id, rest));
    std::uint16_t u16 = 0;
    std::uint64_t u64 = 0;
    for (std::size_t size = 0; size < 12; ++size) {
        const std::string bytes(size, 'x');
        CHECK(read_u16(bytes, u16) == (size == 2));
        CHECK(read_u64(bytes, u64) == (size == 8));
    }
}
