#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "admin/client_filter.h"
#include "admin/reply.h"
#include "server/broker.h"

namespace grapnel {

// Makes pages of clients. Every worker looks through its sessions, some in each of its turns, so
// that traffic goes on meanwhile. Web thread, but for its end.
class ClientLists : public std::enable_shared_from_this<ClientLists> {
public:
    // Pages that are made at a time: each of them takes a part of every worker's turns, also when
    // who asked has left.
    static constexpr uint32_t kAtOnce = 4;

    explicit ClientLists(Broker& broker) : broker_(broker) {}

    // Answers with the page that the filter asks for. False: too many are being made.
    bool begin(ClientFilter filter, const Reply& reply);

private:
    friend class ClientListing;

    Broker& broker_;
    std::atomic<uint32_t> running_{0};
};

}  // namespace grapnel
