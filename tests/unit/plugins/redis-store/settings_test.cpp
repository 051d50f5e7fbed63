#include "settings.h"

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>

using gn::testing::FakeHost;
using gn::testing::FakeNode;
using namespace grapnel::redis;

namespace {

Settings read(const FakeNode& config) {
    FakeHost host;
    return read_settings(gn::Node(&host, config.raw()));
}

std::string fault_of(const FakeNode& config) {
    try {
        static_cast<void>(read(config));
    } catch (const gn::ConfigError& error) {
        return error.what();
    }
    return {};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("addresses are a host and a port, or a path") {
    Address address;
    REQUIRE(parse_address("127.0.0.1:6379", address));
    CHECK(address.host == "127.0.0.1");
    CHECK(address.port == 6379);
    CHECK(address.path.empty());
    REQUIRE(parse_address("[::1]:1", address));
    CHECK(address.host == "::1");
    CHECK(address.port == 1);
    REQUIRE(parse_address("redis.example.org:65535", address));
    CHECK(address.host == "redis.example.org");
    REQUIRE(parse_address("/run/redis/redis.sock", address));
    CHECK(address.path == "/run/redis/redis.sock");
    CHECK(address.host.empty());
}

TEST_CASE("other addresses are refused") {
    Address address;
    for (const char* text : {"", "/", "redis", ":1", "redis:", "redis:0", "redis:65536", "redis:1x",
                             "redis:-1", "::1:6379", "[]:1", "redis: 1", "redis:99999999999"})
        CHECK_FALSE_MESSAGE(parse_address(text, address), text);
}

TEST_CASE("settings that are not given have the values of the README") {
    const Settings settings = read(FakeNode::Table{});
    CHECK(settings.name == "127.0.0.1:6379");
    CHECK(settings.address.port == 6379);
    CHECK(settings.username.empty());
    CHECK(settings.password.empty());
    CHECK(settings.database == 0);
    CHECK(settings.prefix == "grapnel:");
    CHECK(settings.connect_timeout_ms == 1000);
    CHECK(settings.command_timeout_ms == 5000);
    CHECK(settings.loading_timeout_ms == 30'000);
    CHECK(settings.hold_ms == 2000);
    CHECK(settings.commit_most_ms() == 13'000);
}

TEST_CASE("settings that make no sense are named with their place") {
    CHECK(has(fault_of(FakeNode::Table{{"address", "redis"}}), "test.toml:1:1: address is"));
    CHECK(has(fault_of(FakeNode::Table{{"username", "a"}}), "needs a password"));
    CHECK(has(fault_of(FakeNode::Table{{"prefix", ""}}), "must not be empty"));
    CHECK(has(fault_of(FakeNode::Table{{"database", std::int64_t{-1}}}), "0 or more"));
    CHECK(has(fault_of(FakeNode::Table{{"sync", "commit"}}), "unknown key \"sync\""));
    CHECK(fault_of(FakeNode::Table{{"username", "a"}, {"password", "b"}}).empty());
}
