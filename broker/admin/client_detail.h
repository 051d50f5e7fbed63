#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/client_row.h"
#include "server/worker.h"

namespace grapnel {

// All that is told of one client: copied on its worker, made into text elsewhere.
struct ClientDetail {
    // Loop thread of the session.
    ClientDetail(Worker& worker, Session& session);

    // But for the rates and the trace.
    Json json() const;

    struct Will {
        std::string topic;
        uint32_t delay_s;
        uint8_t qos;
        bool retain;
    };
    struct Subscribed {
        std::string filter;
        SubscriptionOptions options;
    };
    struct Delivered {
        uint16_t packet_id = 0;
        std::optional<std::string> topic;  // nothing: the body is gone since PUBREC
        size_t size_bytes = 0;
        uint8_t qos = 0;
        const char* state = nullptr;
    };

    ClientRow row;
    std::optional<Will> will;
    std::vector<Subscribed> subscriptions;  // some, when there are very many
    std::vector<Delivered> inflight, queue;
    Traffic received, sent;
    uint32_t dropped[kDropReasons] = {};
    size_t output_bytes = 0;
    uint64_t connection_key = 0;
    int64_t now_ms = 0;  // monotonic
    bool is_tls = false;
    std::optional<std::string> tls_subject;

    static constexpr size_t kDeliveriesMost = 100;
    static constexpr size_t kSubscriptionsMost = 1000;
};

}  // namespace grapnel
