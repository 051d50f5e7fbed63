#include "base/address_range.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

bool in(const char* range, const char* address) {
    std::string why;
    const auto parsed = AddressRange::parse(range, why);
    REQUIRE_MESSAGE(parsed, why);
    const PeerAddress peer = PeerAddress::parse(address);
    REQUIRE(peer.family != PeerAddress::Family::none);
    return parsed->contains(peer);
}

std::string fault(const char* range) {
    std::string why;
    CHECK_FALSE(AddressRange::parse(range, why));
    return why;
}

}  // namespace

TEST_CASE("an address alone is a range of one") {
    CHECK(in("10.1.2.3", "10.1.2.3:1"));
    CHECK_FALSE(in("10.1.2.3", "10.1.2.4:1"));
    CHECK(in("::1", "[::1]:1"));
    CHECK_FALSE(in("::1", "[::2]:1"));
}

TEST_CASE("ranges hold up to their last bit") {
    CHECK(in("10.0.0.0/8", "10.255.255.255:1"));
    CHECK_FALSE(in("10.0.0.0/8", "11.0.0.0:1"));
    CHECK(in("10.1.2.128/25", "10.1.2.129:1"));
    CHECK_FALSE(in("10.1.2.128/25", "10.1.2.127:1"));
    CHECK(in("2001:db8::/33", "[2001:db8:7fff::1]:1"));
    CHECK_FALSE(in("2001:db8::/33", "[2001:db8:8000::1]:1"));
    CHECK(in("0.0.0.0/0", "1.2.3.4:1"));
    CHECK(in("::/0", "[2001:db8::1]:1"));
}

TEST_CASE("families do not mix, but an IPv4 address within IPv6 is one of IPv4") {
    CHECK_FALSE(in("0.0.0.0/0", "[::1]:1"));
    CHECK_FALSE(in("::/0", "1.2.3.4:1"));
    CHECK(in("10.0.0.0/8", "[::ffff:10.1.2.3]:1"));
    CHECK(in("::ffff:10.0.0.0/104", "10.1.2.3:1"));
    CHECK_FALSE(in("::/0", "[::ffff:10.1.2.3]:1"));
}

TEST_CASE("unix stands for all unix sockets") {
    CHECK(in("unix", "unix"));
    CHECK_FALSE(in("unix", "1.2.3.4:1"));
    CHECK_FALSE(in("0.0.0.0/0", "unix"));
}

TEST_CASE("what is no range is told how to be one") {
    CHECK(fault("localhost") == "it must be an IP address, a range as \"10.0.0.0/8\", or \"unix\"");
    CHECK(fault("") == fault("localhost"));
    CHECK(fault("10.0.0.0/33") == "the length behind '/' must be from 0 to 32");
    CHECK(fault("10.0.0.0/") == "the length behind '/' must be from 0 to 32");
    CHECK(fault("::/-1") == "the length behind '/' must be from 0 to 128");
    CHECK(fault("10.1.0.0/8") == "bits behind the first 8 are set; did you mean \"10.0.0.0/8\"?");
}

TEST_CASE("an address without its mapping keeps its port") {
    CHECK(unmapped(PeerAddress::parse("[::ffff:1.2.3.4]:77")).text() == "1.2.3.4:77");
    CHECK(unmapped(PeerAddress::parse("[2001:db8::1]:77")).text() == "[2001:db8::1]:77");
    CHECK(unmapped(PeerAddress::parse("1.2.3.4:77")).text() == "1.2.3.4:77");
}

TEST_CASE("one of several ranges is enough") {
    std::string why;
    const AddressRanges ranges = {*AddressRange::parse("10.0.0.0/8", why),
                                  *AddressRange::parse("unix", why)};
    CHECK(contains(ranges, PeerAddress::parse("10.1.2.3:1")));
    CHECK(contains(ranges, PeerAddress::parse("unix")));
    CHECK_FALSE(contains(ranges, PeerAddress::parse("11.1.2.3:1")));
    CHECK_FALSE(contains({}, PeerAddress::parse("10.1.2.3:1")));
}
