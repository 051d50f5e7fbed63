#include "base/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

namespace grapnel {

PeerAddress PeerAddress::from(const sockaddr* address) {
    PeerAddress peer;
    if (address->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, address, sizeof v4);
        peer.family = Family::ipv4;
        peer.port = ntohs(v4.sin_port);
        std::memcpy(peer.ip.data(), &v4.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, address, sizeof v6);
        peer.family = Family::ipv6;
        peer.port = ntohs(v6.sin6_port);
        std::memcpy(peer.ip.data(), &v6.sin6_addr, 16);
    } else if (address->sa_family == AF_UNIX) {
        peer.family = Family::unix_socket;
    }
    return peer;
}

PeerAddress PeerAddress::parse(std::string_view text) {
    PeerAddress peer;
    if (text == "unix") peer.family = Family::unix_socket;
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return peer;
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), peer.port);
    std::string host(text.substr(0, colon));
    const bool bracketed = host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (fault != std::errc{} || end != digits.data() + digits.size() ||
        inet_pton(bracketed ? AF_INET6 : AF_INET, host.c_str(), peer.ip.data()) != 1)
        return {};
    peer.family = bracketed ? Family::ipv6 : Family::ipv4;
    return peer;
}

std::string PeerAddress::text() const {
    char buffer[INET6_ADDRSTRLEN];
    switch (family) {
        case Family::ipv4:
            inet_ntop(AF_INET, ip.data(), buffer, sizeof buffer);
            return std::string(buffer) + ':' + std::to_string(port);
        case Family::ipv6:
            inet_ntop(AF_INET6, ip.data(), buffer, sizeof buffer);
            return '[' + std::string(buffer) + "]:" + std::to_string(port);
        case Family::unix_socket: return "unix";
        case Family::none: break;
    }
    return "inline";
}

}  // namespace grapnel
