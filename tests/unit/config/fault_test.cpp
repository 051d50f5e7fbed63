#include "config/fault.h"

#include <doctest/doctest.h>

#include <memory>

using namespace grapnel::config;

namespace {
const std::vector<std::string_view> kKeys = {"maximum_clients", "maximum_qos", "receive_maximum"};
}

TEST_CASE("a near word is suggested") {
    CHECK(did_you_mean("maximum_client", kKeys) == "; did you mean \"maximum_clients\"?");
    CHECK(did_you_mean("maxmium_qos", kKeys) == "; did you mean \"maximum_qos\"?");
    CHECK(did_you_mean("Receive-Maximum", kKeys) == "; did you mean \"receive_maximum\"?");
    CHECK(did_you_mean("tpc", {"tcp", "unix"}) == "; did you mean \"tcp\"?");
}

TEST_CASE("a far word is not") {
    CHECK(did_you_mean("port", kKeys).empty());
    CHECK(did_you_mean("", kKeys).empty());
    CHECK(did_you_mean("x", {}).empty());
    CHECK(did_you_mean(std::string(10000, 'm'), kKeys).empty());
}

TEST_CASE("a fault line says where") {
    const auto file = std::make_shared<const std::string>("conf.d/a.toml");
    CHECK(Fault{{file, 3, 7}, "is wrong"}.line() == "conf.d/a.toml:3:7: is wrong");
    CHECK(Fault{{file, 0, 0}, "is wrong"}.line() == "conf.d/a.toml: is wrong");
}

TEST_CASE("quoted texts are one short line") {
    CHECK(quoted("a\n\x1b") == "\"a\\x0a\\x1b\"");
    CHECK(quoted(std::string(1000, 'x')).size() < 100);
}
