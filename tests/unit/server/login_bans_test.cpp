#include "server/login_bans.h"

#include <doctest/doctest.h>

#include <string>

using namespace grapnel;

namespace {

PeerAddress peer(const std::string& text) { return PeerAddress::parse(text); }

const PeerAddress kOne = peer("192.0.2.1:5000");

config::LoginLimits three_in_a_minute() {
    config::LoginLimits settings;
    settings.failures = 3;
    settings.within_ms = 60'000;
    settings.ban_ms = 600'000;
    std::string why;
    settings.exempt = {*AddressRange::parse("127.0.0.0/8", why)};
    return settings;
}

}  // namespace

TEST_CASE("an address is banned at the last failure that is allowed, until the ban is over") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    CHECK_FALSE(bans.failed(kOne, 1000));
    CHECK_FALSE(bans.failed(peer("192.0.2.1:6000"), 2000));
    CHECK_FALSE(bans.banned(kOne, 2000));
    CHECK(bans.failed(kOne, 60'999));
    CHECK(bans.banned(peer("192.0.2.1:7000"), 60'999));
    CHECK_FALSE(bans.banned(peer("192.0.2.2:7000"), 60'999));
    CHECK(bans.banned(kOne, 660'998));
    CHECK_FALSE(bans.banned(kOne, 660'999));
}

TEST_CASE("after a ban failures count from the beginning") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    for (const int64_t now_ms : {1000, 1001, 1002}) bans.failed(kOne, now_ms);
    CHECK_FALSE(bans.failed(kOne, 2000));  // of a connection from before
    CHECK_FALSE(bans.failed(kOne, 601'100));
    CHECK_FALSE(bans.failed(kOne, 601'101));
    CHECK(bans.failed(kOne, 601'102));
}

TEST_CASE("only failures within the time count, wherever it begins") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    CHECK_FALSE(bans.failed(kOne, 1000));
    CHECK_FALSE(bans.failed(kOne, 50'000));
    CHECK_FALSE(bans.failed(kOne, 61'000));
    CHECK_FALSE(bans.banned(kOne, 61'000));
    CHECK(bans.failed(kOne, 109'999));
}

TEST_CASE("a login that succeeds forgives those before it") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    bans.failed(kOne, 1000);
    bans.failed(kOne, 1001);
    bans.succeeded(kOne, 0);
    CHECK_FALSE(bans.failed(kOne, 1002));
    CHECK_FALSE(bans.failed(kOne, 1003));
    CHECK(bans.failed(kOne, 1004));
}

TEST_CASE("a login that succeeds while its address is banned changes nothing") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    for (int i = 0; i < 3; ++i) bans.failed(kOne, 1000);
    bans.succeeded(kOne, 1001);
    CHECK(bans.banned(kOne, 1001));
}

TEST_CASE("addresses that are exempt and unix sockets are never banned") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(bans.failed(peer("127.0.0.1:1"), 1000));
        CHECK_FALSE(bans.failed(peer("[::ffff:127.0.0.1]:1"), 1000));
        CHECK_FALSE(bans.failed(peer("unix"), 1000));
    }
    CHECK_FALSE(bans.banned(peer("unix"), 1000));
}

TEST_CASE("an IPv6 address stands for its /64, one of IPv4 within IPv6 for itself") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    bans.failed(peer("[2001:db8::1]:1"), 1000);
    bans.failed(peer("[2001:db8::2]:1"), 1000);
    CHECK(bans.failed(peer("[2001:db8::3]:1"), 1000));
    CHECK(bans.banned(peer("[2001:db8::ffff]:1"), 1000));
    CHECK_FALSE(bans.banned(peer("[2001:db8:0:1::1]:1"), 1000));
    for (int i = 0; i < 3; ++i) bans.failed(peer("[::ffff:192.0.2.1]:1"), 1000);
    CHECK(bans.banned(kOne, 1000));
    CHECK_FALSE(bans.banned(peer("[::ffff:192.0.2.2]:1"), 1000));
}

TEST_CASE("0 failures: off, and other settings forget what was counted") {
    LoginBans bans;
    for (int i = 0; i < 10; ++i) CHECK_FALSE(bans.failed(kOne, 1000));
    bans.adopt(three_in_a_minute());
    for (int i = 0; i < 3; ++i) bans.failed(kOne, 1000);
    bans.adopt(three_in_a_minute());
    CHECK(bans.banned(kOne, 1000));
    bans.adopt({});
    CHECK_FALSE(bans.banned(kOne, 1000));
}

TEST_CASE("who is banned, and an end of that before its time") {
    LoginBans bans;
    bans.adopt(three_in_a_minute());
    CHECK(bans.all(1000).empty());
    const PeerAddress two = peer("[2001:db8::1]:1");
    for (int i = 0; i < 3; ++i) {
        bans.failed(kOne, 1000);
        bans.failed(two, 2000);
    }
    bans.failed(peer("192.0.2.7:1"), 2000);
    const auto all = bans.all(3000);
    REQUIRE(all.size() == 2);
    CHECK(all[0].block == *AddressBlock::of(two));
    CHECK(all[0].until_ms == 602'000);
    CHECK(all[1].block == *AddressBlock::of(kOne));
    CHECK(all[1].failures == 3);
    CHECK(bans.all(601'500).size() == 1);
    CHECK(bans.lift(*AddressBlock::of(kOne), 3000));
    CHECK_FALSE(bans.lift(*AddressBlock::of(kOne), 3000));
    CHECK_FALSE(bans.lift(*AddressBlock::of(peer("192.0.2.7:1")), 3000));
    CHECK_FALSE(bans.banned(kOne, 3000));
    CHECK(bans.all(3000).size() == 1);
    CHECK_FALSE(bans.failed(kOne, 3000));  // counted from the beginning
}
