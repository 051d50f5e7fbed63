#include "base/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

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
