#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "server/core.h"
#include "web/http.h"

namespace grapnel {

// What a request may do at the operator's API.
enum class Right : uint8_t { none, read, write };

// Who may use the operator's API. Any thread, while the core lives.
class Operators {
public:
    Operators(const config::Admin& settings, Core& core) : core_(core) { adopt(settings); }

    // Those of a reload.
    void adopt(const config::Admin& settings);

    struct Judgement {
        Right right = Right::none;
        int status = 0;              // of the refusal; 0: it may
        const char* text = nullptr;  // why not
    };
    // May the request do what needs that right, by its token or by the certificate of its client?
    // Refusals are counted, and wrong tokens are failed logins of its address. A comparison takes
    // as long for a token that is nearly right as for any other.
    Judgement judge(const HttpRequest& request, Right needed) const;

    // A page of another origin sent it: browsers say so (RFC 6454, 7; Fetch Metadata).
    static bool foreign(const HttpRequest& request);

private:
    using Digest = std::array<unsigned char, 32>;

    Judgement look_at(const HttpRequest& request, Right needed) const;
    bool open() const;
    // What the request may do, by what it shows.
    Right right_of(const HttpRequest& request) const;
    Right right_of_token(std::string_view token) const;
    bool knows(const TlsPeer& client) const;
    void note_failure(const PeerAddress& peer, int64_t now_ms) const;
    static std::optional<Digest> digest_of(std::string_view token);

    Core& core_;
    mutable std::mutex mutex_;  // guards what follows
    std::optional<Digest> write_, read_;
    std::vector<std::string> certificates_;
};

}  // namespace grapnel
