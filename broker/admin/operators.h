#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "web/http.h"

namespace grapnel {

// What a request may do at the operator's API.
enum class Right : uint8_t { none, read, write };

// Who may use the operator's API. Any thread.
class Operators {
public:
    explicit Operators(const config::Admin& settings) { adopt(settings); }

    // Those of a reload.
    void adopt(const config::Admin& settings);

    // By the token of its Authorization header. A comparison takes as long for a token that is
    // nearly right as for any other.
    Right right_of(const HttpRequest& request) const;

    // A page of another origin sent it: browsers say so (RFC 6454, 7).
    static bool foreign(const HttpRequest& request);

private:
    using Digest = std::array<unsigned char, 32>;

    static std::optional<Digest> digest_of(std::string_view token);

    mutable std::mutex mutex_;  // guards what follows
    std::optional<Digest> write_, read_;
};

}  // namespace grapnel
