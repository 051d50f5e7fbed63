#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/peer_address.h"

namespace grapnel {

// An address whose IPv4 inside IPv6 (::ffff:a.b.c.d), which a listener for both sees, counts as
// IPv4. The port stays.
PeerAddress unmapped(const PeerAddress& address);

// One IP address, a range of them (10.0.0.0/8), or "unix": all connections of unix sockets.
class AddressRange {
public:
    // On failure `why` says what is wrong and what would be right.
    static std::optional<AddressRange> parse(std::string_view text, std::string& why);

    // The port does not matter.
    bool contains(const PeerAddress& address) const;

    bool operator==(const AddressRange&) const = default;

private:
    PeerAddress base_;   // without port
    unsigned bits_ = 0;  // leading ones that must be equal
};

using AddressRanges = std::vector<AddressRange>;

// Is it in one of them?
bool contains(const AddressRanges& ranges, const PeerAddress& address);

}  // namespace grapnel
