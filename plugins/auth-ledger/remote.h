#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::ledger {

// Where a client comes from. IPv4 inside IPv6 (::ffff:a.b.c.d) counts as IPv4.
struct Address {
    enum class Family : std::uint8_t { v4, v6, local };
    Family family = Family::local;
    std::array<std::uint8_t, 16> bytes{};  // the first four of an IPv4 address
};

// Reads "ip", "ip:port", "[v6]", "[v6]:port" or "unix"; a zone (%eth0) is dropped. Empty otherwise.
std::optional<Address> parse_address(std::string_view text) noexcept;

// An address or CIDR range, or "unix" for local sockets.
class RemoteRange {
public:
    // On failure `why` says what is wrong and what would be right.
    static std::optional<RemoteRange> parse(std::string_view text, std::string& why);

    bool contains(const Address& address) const noexcept;

private:
    Address base_;
    unsigned bits_ = 0;  // leading bits that must be equal
};

}  // namespace grapnel::ledger
