#pragma once

#include <cstdint>
#include <cstring>
#include <optional>

#include "base/address_range.h"
#include "base/hash.h"

namespace grapnel {

// What one party is given of the Internet's addresses: one of IPv4, or 2^64 of IPv6 (a /64). So
// nobody gets around a limit for each address by taking the next one.
struct AddressBlock {
    uint64_t network = 0;
    bool is_ipv6 = false;

    bool operator==(const AddressBlock&) const = default;

    // Nothing for unix sockets and the inline client, which have no address.
    static std::optional<AddressBlock> of(const PeerAddress& peer) {
        const PeerAddress plain = unmapped(peer);
        AddressBlock block;
        block.is_ipv6 = plain.family == PeerAddress::Family::ipv6;
        if (!block.is_ipv6 && plain.family != PeerAddress::Family::ipv4) return std::nullopt;
        std::memcpy(&block.network, plain.ip.data(), block.is_ipv6 ? 8 : 4);
        return block;
    }
};

struct AddressBlockHash {
    size_t operator()(const AddressBlock& block) const {
        char bytes[sizeof block.network];
        std::memcpy(bytes, &block.network, sizeof bytes);
        return keyed_hash({bytes, sizeof bytes}, hash_secret());
    }
};

}  // namespace grapnel
