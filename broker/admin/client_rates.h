#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "admin/client_detail.h"
#include "base/lru_table.h"

namespace grapnel {

// How fast clients send and receive, between one look at them and the next: nothing is measured of
// those that nobody looks at. One thread.
class ClientRates {
public:
    // The rates since an earlier look, of about a second at least; null when there was none in the
    // last ten seconds, or only on an earlier connection.
    Json look(const ClientDetail& detail);

private:
    struct Look {
        uint64_t connection_key = 0;
        int64_t at_ms = 0;  // 0: there was none
        Traffic received, sent;
        Json rates;  // up to then
    };

    static constexpr int64_t kWindowLeast_ms = 900;
    static constexpr int64_t kWindowMost_ms = 10'000;
    static constexpr size_t kClientsMost = 1024;

    LruTable<std::string, Look, std::hash<std::string>> looks_{kClientsMost};
};

}  // namespace grapnel
