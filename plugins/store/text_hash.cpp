#include "store/text_hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace grapnel::store {

namespace {

constexpr int kRoundsOfBlock = 1;
constexpr int kRoundsOfEnd = 3;
constexpr std::size_t kBlock = sizeof(std::uint64_t);

std::uint64_t draw(std::random_device& device) {
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

struct Key {
    std::uint64_t first;
    std::uint64_t second;
};

const Key& key() {
    static const Key drawn = [] {
        std::random_device device;
        return Key{draw(device), draw(device)};
    }();
    return drawn;
}

// Numbers in the byte order of the machine: no hash leaves it.
class SipHash {
public:
    explicit SipHash(std::string_view bytes) {
        const Key& secret = key();
        state_[0] = secret.first ^ 0x736f6d6570736575;
        state_[1] = secret.second ^ 0x646f72616e646f6d;
        state_[2] = secret.first ^ 0x6c7967656e657261;
        state_[3] = secret.second ^ 0x7465646279746573;
        const std::uint64_t size = bytes.size();
        for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) absorb(block_of(bytes, kBlock));
        absorb(size << 56 | block_of(bytes, bytes.size()));
    }

    // Each is another 64 bits.
    std::uint64_t next() {
        state_[is_first_ ? 2 : 1] ^= 0xff;
        is_first_ = false;
        rounds(kRoundsOfEnd);
        return state_[0] ^ state_[1] ^ state_[2] ^ state_[3];
    }

private:
    static std::uint64_t block_of(std::string_view bytes, std::size_t size) {
        std::uint64_t block = 0;
        if (size != 0) std::memcpy(&block, bytes.data(), size);
        return block;
    }
    void absorb(std::uint64_t block) {
        state_[3] ^= block;
        rounds(kRoundsOfBlock);
        state_[0] ^= block;
    }
    void rounds(int count) {
        auto& [a, b, c, d] = state_;
        while (count-- > 0) {
            a += b;
            c += d;
            b = std::rotl(b, 13) ^ a;
            d = std::rotl(d, 16) ^ c;
            a = std::rotl(a, 32) + d;
            c += b;
            d = std::rotl(d, 21) ^ a;
            b = std::rotl(b, 17) ^ c;
            c = std::rotl(c, 32);
        }
    }

    std::uint64_t state_[4];
    bool is_first_ = true;
};

}  // namespace

std::uint64_t seeded_hash(std::string_view bytes) noexcept { return SipHash(bytes).next(); }

Digest digest_of(std::string_view bytes) noexcept {
    SipHash hash(bytes);
    const std::uint64_t first = hash.next();
    return {first, hash.next()};
}

}  // namespace grapnel::store
