#include "base/address_block.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

std::optional<AddressBlock> block(const char* text) {
    return AddressBlock::of(PeerAddress::parse(text));
}

}  // namespace

TEST_CASE("an IPv4 address is a block of its own, whatever the port") {
    CHECK(block("192.0.2.1:1") == block("192.0.2.1:2"));
    CHECK(block("192.0.2.1:1") != block("192.0.2.2:1"));
    CHECK(block("192.0.2.1:1") == block("[::ffff:192.0.2.1]:1"));
}

TEST_CASE("64 bits of IPv6 are a block") {
    CHECK(block("[2001:db8::1]:1") == block("[2001:db8::ffff:2]:2"));
    CHECK(block("[2001:db8::1]:1") != block("[2001:db8:0:1::1]:1"));
    // The same bits in front, and another family.
    CHECK(block("[102:304::]:1") != block("1.2.3.4:1"));
}

TEST_CASE("what has no address has no block") {
    CHECK_FALSE(block("unix"));
    CHECK_FALSE(AddressBlock::of(PeerAddress{}));
}

TEST_CASE("a block as text, and back") {
    for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8:1:2::/64", "::/64"}) {
        const auto parsed = AddressBlock::parse(text);
        REQUIRE_MESSAGE(parsed, text);
        CHECK(parsed->text() == text);
    }
    CHECK(AddressBlock::parse("2001:db8::7") == block("[2001:db8::9]:1"));
    CHECK(AddressBlock::parse("::ffff:192.0.2.1") == block("192.0.2.1:1"));
    for (const char* text :
         {"", "x", "1.2.3", "1.2.3.4:5", "unix", "2001:db8::/63", "/64", ":", "[::1]"})
        CHECK_MESSAGE(!AddressBlock::parse(text), text);
}
