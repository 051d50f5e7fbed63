#include "server/connection_rates.h"

#include <doctest/doctest.h>

#include <string>

using namespace grapnel;

namespace {

PeerAddress peer(const std::string& text) { return PeerAddress::parse(text); }

int admitted_from(ConnectionRates& rates, const std::string& address, int tries, int64_t now_ms) {
    int admitted = 0;
    for (int i = 0; i < tries; ++i)
        if (rates.admit_from(peer(address), now_ms)) ++admitted;
    return admitted;
}

}  // namespace

TEST_CASE("without limits everybody may come") {
    ConnectionRates rates;
    for (int i = 0; i < 1000; ++i) CHECK(rates.admit(1000));
    CHECK(admitted_from(rates, "192.0.2.1:1", 1000, 1000) == 1000);
}

TEST_CASE("the rate of all is kept, whoever they are") {
    ConnectionRates rates;
    rates.adopt(10, 0);
    int admitted = 0;
    for (int64_t now_ms = 1000; now_ms < 11'000; now_ms += 10)
        if (rates.admit(now_ms)) ++admitted;
    CHECK(admitted >= 109);  // ten at once and ten a second
    CHECK(admitted <= 110);
}

TEST_CASE("each address has a rate of its own") {
    ConnectionRates rates;
    rates.adopt(0, 3);
    CHECK(admitted_from(rates, "192.0.2.1:1", 10, 1000) == 3);
    CHECK(admitted_from(rates, "192.0.2.2:1", 10, 1000) == 3);
    CHECK(admitted_from(rates, "192.0.2.1:2", 10, 1332) == 0);
    CHECK(admitted_from(rates, "192.0.2.1:2", 10, 1334) == 1);
    CHECK(admitted_from(rates, "192.0.2.1:2", 10, 9000) == 3);
    CHECK(admitted_from(rates, "unix", 10, 1000) == 10);
}

TEST_CASE("the next address of a /64 is no other one") {
    ConnectionRates rates;
    rates.adopt(0, 3);
    CHECK(admitted_from(rates, "[2001:db8::1]:1", 10, 1000) == 3);
    CHECK(admitted_from(rates, "[2001:db8::2]:1", 10, 1000) == 0);
    CHECK(admitted_from(rates, "[2001:db8:0:1::1]:1", 10, 1000) == 3);
    CHECK(admitted_from(rates, "[::ffff:192.0.2.1]:1", 10, 1000) == 3);
    CHECK(admitted_from(rates, "192.0.2.1:1", 10, 1000) == 0);
    CHECK(admitted_from(rates, "[::ffff:192.0.2.2]:1", 10, 1000) == 3);
}

TEST_CASE("however many addresses come, those that came last are known") {
    ConnectionRates rates;
    rates.adopt(0, 1);
    const auto address = [](size_t number) {
        PeerAddress made;
        made.family = PeerAddress::Family::ipv4;
        made.ip = {static_cast<uint8_t>(number >> 16U), static_cast<uint8_t>(number >> 8U),
                   static_cast<uint8_t>(number)};
        return made;
    };
    const size_t most = ConnectionRates::kAddressesMost + 1000;
    for (size_t i = 0; i < most; ++i) CHECK(rates.admit_from(address(i), 1000));
    CHECK_FALSE(rates.admit_from(address(most - 1), 1000));
    CHECK_FALSE(rates.admit_from(address(1000), 1000));
    CHECK(rates.admit_from(address(999), 1000));  // forgotten
}
