#pragma once

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <string>
#include <string_view>

namespace grapnel::redis {

// Where Redis listens: a host and a port, or the path of a Unix socket.
struct Address {
    std::string host;
    int port = 0;
    std::string path;  // empty: TCP
};

// "HOST:PORT", "[IPV6]:PORT" or "/PATH". False: none of them.
bool parse_address(std::string_view text, Address& out);

// README.md says what they mean.
struct Settings {
    std::string name;  // the address as it was written: what faults name
    Address address;
    std::string username;
    std::string password;
    std::int64_t database = 0;
    std::string prefix = "grapnel:";
    std::int64_t connect_timeout_ms = 1000;
    std::int64_t command_timeout_ms = 5000;
    std::int64_t loading_timeout_ms = 30'000;
    std::int64_t hold_ms = 2000;

    // How long a commit may take until it fails after all of `hold`: Redis falls silent, and does
    // so again on a connection that was begun at the last moment. The broker waits for no longer
    // than its own defer_timeout, which a plugin cannot know.
    std::int64_t commit_most_ms() const {
        return command_timeout_ms + hold_ms + connect_timeout_ms + command_timeout_ms;
    }
};

// The settings of a plugin's configuration. Throws gn::ConfigError.
Settings read_settings(gn::Node config);

}  // namespace grapnel::redis
