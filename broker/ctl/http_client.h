#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ctl/endpoint.h"
#include "ctl/tls_trust.h"

namespace grapnel::ctl {

struct HttpCall {
    std::string method = "GET";
    std::string path;  // with its query, encoded
    std::string body;  // JSON; empty = none
};

struct HttpAnswer {
    int status = 0;
    std::string body;
};

// How the pieces of an answer that does not end are taken.
struct HttpFollow {
    // False ends it.
    std::function<bool(std::string_view piece)> on_piece;
    // Asked several times a second; true ends it.
    std::function<bool()> stopped;
    bool may_be_silent = false;  // longer than the timeout
};

// Requests of HTTP/1.1, each on a connection of its own. It throws Failure when there is no whole
// answer, with the URL and what to do.
class HttpClient {
public:
    HttpClient(Endpoint endpoint, TlsTrust trust, std::string token, uint64_t timeout_ms);

    // An answer of at most kAnswerMost bytes.
    HttpAnswer send(const HttpCall& call) const;

    // Hands on the pieces of an answer of status 200 until it is stopped, which is a success; any
    // other answer is returned as by send(). Throws Failure when the server ends it.
    HttpAnswer follow(const HttpCall& call, const HttpFollow& follow) const;

    std::string url() const { return endpoint_.url(); }
    bool has_token() const { return !token_.empty(); }

    static constexpr size_t kAnswerMost = size_t{64} << 20U;

private:
    HttpAnswer run(const HttpCall& call, const HttpFollow* follow) const;

    const Endpoint endpoint_;
    const TlsTrust trust_;
    const std::string token_;
    const uint64_t timeout_ms_;
};

}  // namespace grapnel::ctl
