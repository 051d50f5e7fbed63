#include "base/peer_address.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/un.h>

using namespace grapnel;
using Family = PeerAddress::Family;

TEST_CASE("an address of version 4") {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(1883);
    REQUIRE(inet_pton(AF_INET, "10.1.2.255", &address.sin_addr) == 1);
    const auto peer = PeerAddress::from(reinterpret_cast<const sockaddr*>(&address));
    CHECK(peer.family == Family::ipv4);
    CHECK(peer.port == 1883);
    CHECK(peer.text() == "10.1.2.255:1883");
}

TEST_CASE("an address of version 6") {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(65'535);
    REQUIRE(inet_pton(AF_INET6, "2001:db8::1", &address.sin6_addr) == 1);
    const auto peer = PeerAddress::from(reinterpret_cast<const sockaddr*>(&address));
    CHECK(peer.family == Family::ipv6);
    CHECK(peer.text() == "[2001:db8::1]:65535");
}

TEST_CASE("a unix socket, and no connection at all") {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    CHECK(PeerAddress::from(reinterpret_cast<const sockaddr*>(&address)).text() == "unix");
    CHECK(PeerAddress().text() == "inline");
    CHECK(PeerAddress().family == Family::none);
}

TEST_CASE("what text() says is read back") {
    for (const char* text : {"1.2.3.4:5", "[::1]:65535", "[fe80::1:2]:1", "unix"}) {
        const PeerAddress peer = PeerAddress::parse(text);
        CHECK(peer.text() == text);
        CHECK(peer.family != PeerAddress::Family::none);
    }
    for (const char* text : {"", ":", "inline", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3:4",
                             "::1:5", "[1.2.3.4]:5", "[]:5", "1.2.3.4:5x", "host:5"})
        CHECK(PeerAddress::parse(text).family == PeerAddress::Family::none);
}
