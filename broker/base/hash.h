#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace grapnel {

// A number that nobody outside knows, drawn once per process: keys every hash of bytes that clients
// choose, so that they cannot make hash tables degenerate.
uint64_t hash_secret();

namespace detail {

__extension__ typedef unsigned __int128 Wide;

inline uint64_t multiply_fold(uint64_t a, uint64_t b) {
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t load_64(const char* bytes) {
    uint64_t value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

}  // namespace detail

// 64 bits of `bytes` under `key`. Not cryptographic; without the key collisions cannot be made on
// purpose.
inline uint64_t keyed_hash(Bytes bytes, uint64_t key) {
    constexpr uint64_t kOdd1 = 0x9e3779b97f4a7c15u;
    constexpr uint64_t kOdd2 = 0xd6e8feb86659fd93u;
    const char* at = bytes.data();
    size_t left = bytes.size();
    uint64_t state = key ^ detail::multiply_fold(left ^ kOdd1, key ^ kOdd2);
    for (; left > 16; left -= 16, at += 16)
        state = detail::multiply_fold(detail::load_64(at) ^ kOdd1 ^ key,
                                      detail::load_64(at + 8) ^ state);
    uint64_t first = 0;
    uint64_t second = 0;
    if (left >= 8) {
        first = detail::load_64(at);
        second = detail::load_64(at + left - 8);
    } else if (left != 0) {
        std::memcpy(&first, at, left);
    }
    return detail::multiply_fold(detail::multiply_fold(first ^ kOdd2 ^ key, second ^ state) ^ kOdd1,
                                 key ^ bytes.size());
}

inline size_t BytesHash::operator()(Bytes bytes) const {
    static const uint64_t secret = hash_secret();
    return keyed_hash(bytes, secret);
}

}  // namespace grapnel
