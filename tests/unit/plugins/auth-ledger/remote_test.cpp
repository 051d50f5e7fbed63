#include "remote.h"

#include <doctest/doctest.h>

#include <string>

using grapnel::ledger::Address;
using grapnel::ledger::parse_address;
using grapnel::ledger::RemoteRange;

namespace {

bool contains(std::string_view range, std::string_view remote) {
    std::string why;
    const auto parsed = RemoteRange::parse(range, why);
    REQUIRE_MESSAGE(parsed.has_value(), range, ": ", why);
    const auto address = parse_address(remote);
    return address && parsed->contains(*address);
}

std::string fault_of(std::string_view range) {
    std::string why;
    CHECK_FALSE_MESSAGE(RemoteRange::parse(range, why).has_value(), range);
    return why;
}

}  // namespace

TEST_CASE("an address matches a client whatever its port") {
    CHECK(contains("127.0.0.1", "127.0.0.1:50000"));
    CHECK(contains("127.0.0.1", "127.0.0.1"));
    CHECK_FALSE(contains("127.0.0.1", "127.0.0.2:50000"));
    CHECK(contains("::1", "[::1]:50000"));
    CHECK(contains("::1", "::1"));
    CHECK(contains("fe80::1", "[fe80::1%eth0]:1883"));
    CHECK_FALSE(contains("127.0.0.1", "[::1]:50000"));
}

TEST_CASE("a range matches by its leading bits") {
    CHECK(contains("10.0.0.0/8", "10.255.1.2:1"));
    CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.1:1"));
    CHECK(contains("192.168.4.0/22", "192.168.7.255:1"));
    CHECK_FALSE(contains("192.168.4.0/22", "192.168.8.0:1"));
    CHECK(contains("0.0.0.0/0", "8.8.8.8:1"));
    CHECK_FALSE(contains("0.0.0.0/0", "[2001:db8::1]:1"));
    CHECK(contains("2001:db8::/33", "[2001:db8:7fff::1]:1"));
    CHECK_FALSE(contains("2001:db8::/33", "[2001:db8:8000::1]:1"));
    CHECK(contains("::/0", "[2001:db8::1]:1"));
    CHECK(contains("127.0.0.1/32", "127.0.0.1:1"));
    CHECK(contains("::1/128", "[::1]:1"));
}

TEST_CASE("IPv4 inside IPv6 is IPv4") {
    CHECK(contains("127.0.0.1", "[::ffff:127.0.0.1]:1"));
    CHECK(contains("::ffff:10.0.0.0/104", "10.1.2.3:1"));
    CHECK_FALSE(contains("::/0", "[::ffff:127.0.0.1]:1"));
}

TEST_CASE("a local socket has a name of its own") {
    CHECK(contains("unix", "unix"));
    CHECK_FALSE(contains("unix", "127.0.0.1:1"));
    CHECK_FALSE(contains("0.0.0.0/0", "unix"));
}

TEST_CASE("a remote that cannot be read matches nothing") {
    for (const char* text :
         {"", "localhost", "localhost:1", "[::1", "1.2.3", "1.2.3.4.5:1", "%", "[]:1", "::1:zz"}) {
        CHECK_FALSE_MESSAGE(parse_address(text).has_value(), text);
    }
    CHECK_FALSE(parse_address(std::string(5000, '1')).has_value());
}

TEST_CASE("a range that cannot be meant is refused with a reason") {
    CHECK(fault_of("10.0.0.1/8").find("10.0.0.0/8") != std::string::npos);
    CHECK(fault_of("10.0.0.0/33").find("0 to 32") != std::string::npos);
    CHECK(fault_of("::/129").find("0 to 128") != std::string::npos);
    for (const char* text : {"", "localhost", "127.0.0.1:*", "10.0.0.0/", "10.0.0.0/x",
                             "10.0.0.0/-1", "10.0.0.0/8/8", "*"}) {
        CHECK_FALSE(fault_of(text).empty());
    }
}
