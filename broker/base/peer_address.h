#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel {

// Where a connection comes from, small enough to keep for every client.
struct PeerAddress {
    enum class Family : uint8_t { none, ipv4, ipv6, unix_socket };

    Family family = Family::none;
    uint16_t port = 0;
    std::array<uint8_t, 16> ip{};

    static PeerAddress from(const sockaddr* address);
    // What text() made; anything else is Family::none.
    static PeerAddress parse(std::string_view text);

    // `1.2.3.4:5`, `[::1]:5`, "unix" or "inline".
    std::string text() const;

    bool operator==(const PeerAddress&) const = default;
};

}  // namespace grapnel
