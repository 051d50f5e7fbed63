#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel::ctl {

// Where an admin API is.
struct Endpoint {
    bool tls = false;
    std::string host;         // without brackets
    uint16_t port = 0;        // never 0 when there is a host
    std::string socket_path;  // of a unix socket, instead of host and port

    bool is_unix() const { return !socket_path.empty(); }
    std::string url() const;
    // As a request names it.
    std::string host_header() const;
};

constexpr std::string_view kDefaultUrl = "http://127.0.0.1:8080";

// "http://host[:port]", "https://host[:port]" or "unix:/path.sock"; a slash at the end is allowed.
// Throws UsageFailure.
Endpoint parse_url(std::string_view url);

// The text as one part of a path, or as a value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace grapnel::ctl
