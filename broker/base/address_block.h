#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

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

    // `192.0.2.1`, or `2001:db8::/64`.
    std::string text() const {
        PeerAddress peer;
        peer.family = is_ipv6 ? PeerAddress::Family::ipv6 : PeerAddress::Family::ipv4;
        std::memcpy(peer.ip.data(), &network, is_ipv6 ? 8 : 4);
        const std::string with_port = peer.text();
        const size_t colon = with_port.rfind(':');
        return is_ipv6 ? with_port.substr(1, colon - 2) + "/64" : with_port.substr(0, colon);
    }

    // That of an address without port, or of a text that text() gave.
    static std::optional<AddressBlock> parse(std::string_view text) {
        if (text.ends_with("/64")) text.remove_suffix(3);
        const bool v6 = text.find(':') != std::string_view::npos;
        const std::string bare(text);
        return of(PeerAddress::parse(v6 ? "[" + bare + "]:0" : bare + ":0"));
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
